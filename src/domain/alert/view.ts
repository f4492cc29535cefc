/** The alerts as people read them. */
import { given } from '../../base/given.ts';
import type { AlertChannel } from './channel.ts';
import { type Alert, type AlertSilence, type AlertState, type AlertView, severities } from './alert.ts';
import type { ChannelView, DeliveryView, PendingNotifications } from './notification.ts';
import { isRule, ruleOf, runbookOf } from './rules.ts';
import { silenceOf } from './silence.ts';

/** The firing ones first, then the pending ones. */
const shownOrder = ['firing', 'pending', 'resolved'] as const satisfies readonly AlertState[];
export const shownStates: readonly (typeof shownOrder)[number][] = shownOrder;

/** Returns the alerts in the order in which they are shown. Inactive alerts, and those of a rule that this release does not have, are not shown. */
export const viewsOf = (alerts: readonly Alert[], silences: readonly AlertSilence[], nowMs: number): readonly AlertView[] =>
  alerts.flatMap((alert) => viewOf(alert, silences, nowMs) ?? []).toSorted((a, b) => compare(placeOf(a), placeOf(b)) || newestMs(b) - newestMs(a));

const placeOf = ({ state, silence, severity }: AlertView): readonly number[] => [
  shownOrder.findIndex((one) => one === state),
  silence === undefined ? 0 : 1,
  severities.indexOf(severity),
];
const compare = (a: readonly number[], b: readonly number[]): number => a.map((one, at) => one - (b[at] ?? 0)).find((one) => one !== 0) ?? 0;
const newestMs = ({ sinceMs, firedAtMs = sinceMs, resolvedAtMs = firedAtMs }: AlertView): number => resolvedAtMs;

/** Returns the channels in the order of the cluster file. `deliveries` has the newest first. */
export const channelViewsOf = (
  channels: readonly AlertChannel[],
  deliveries: readonly DeliveryView[],
  pending: ReadonlyMap<string, PendingNotifications>,
): readonly ChannelView[] =>
  channels.map(({ id, way: { type }, severities: taken }) => {
    const ended = deliveries.filter(({ channel, endedAtMs }) => channel === id && endedAtMs !== undefined);
    const last = ended.toSorted((a, b) => (b.endedAtMs ?? 0) - (a.endedAtMs ?? 0))[0];
    return { id, type, severities: taken, ...given({ pending: pending.get(id), last }) };
  });

function viewOf(alert: Alert, silences: readonly AlertSilence[], nowMs: number): AlertView | undefined {
  if (alert.state === 'inactive' || !isRule(alert.rule)) return undefined;
  const { severity, groupBy, next } = ruleOf(alert.rule);
  const { held: _held, ...shown } = alert;
  return {
    ...shown,
    severity,
    groupBy,
    runbook: runbookOf(alert.rule),
    next: next(alert.labels),
    ...given({ silence: silenceOf(alert, silences, nowMs) }),
  };
}
