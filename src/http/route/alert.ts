import { nearestName } from '../../base/nearest-name.ts';
import { ruleNames } from '../../domain/alert/rules.ts';
import type { Handlers } from '../handler.ts';
import { notFound } from '../not-found.ts';

/** An alert is shown with at most this many deliveries. */
const deliveriesShownMax = 20;

export const alertHandlers = {
  alerts: async ({ query: { state, limit }, reads }) => {
    const { alerts, ...view } = await reads.alerts();
    return { ...view, alerts: alerts.filter((one) => state === undefined || one.state === state).slice(0, limit) };
  },
  alert: async ({ params: { alert: id }, reads }) => {
    const { alerts } = await reads.alerts();
    const found = alerts.find((one) => one.id === id);
    if (found !== undefined) {
      const deliveries = (await reads.deliveries()).filter((one) => one.alerts.includes(id)).slice(0, deliveriesShownMax);
      return deliveries.length === 0 ? found : { ...found, deliveries };
    }
    const near = nearestName(
      id,
      alerts.map((one) => one.id),
    );
    const isRuleName = (ruleNames as readonly string[]).includes(id.split('/')[0] ?? '');
    const because = isRuleName ? 'it is not pending, does not fire and did not fire lately' : 'there is no such rule';
    throw notFound(`show alert ${id}`, `${because}${near === undefined ? '' : ` (the nearest is ${near})`}`, 'alerts');
  },
} satisfies Partial<Handlers>;
