/**
 * `daemon/EVENT_ROUTER`: keeps the delivery of events going. `src/domain/event/router.ts` decides the steps. The activity `deliverEvents` does the work in
 * the ledger worker and wakes other workflows by signal, so a delivery costs this workflow no event.
 */
import { continueAsNew } from '@temporalio/workflow';
import { carryOut, type Executors } from '../../src/base/executors.ts';
import { upgradeState } from '../../src/contract/carried-state.ts';
import type { EventRouterInput } from '../../src/contract/workflows.ts';
import { nextRouterStep, routerDetails, type RouterStep } from '../../src/domain/event/router.ts';
import { ledgerDelivery } from '../isolate/activities.ts';
import { setAttributes, setDetails } from '../isolate/details.ts';
import { restAfterError } from '../isolate/rest-after-error.ts';

export async function eventRouter(carried: EventRouterInput): Promise<never> {
  upgradeState('eventRouter', carried);
  let runs = 0;
  let hasFailed = false;
  const executors: Executors<RouterStep> = {
    deliver: async ({ maxMs }) => {
      runs += 1;
      try {
        const { heading, rows } = routerDetails(await ledgerDelivery.deliverEvents({ maxMs }));
        setDetails(heading, rows);
        if (hasFailed) setAttributes({ LifecycleState: 'running' });
        hasFailed = false;
      } catch (error) {
        hasFailed = true;
        await restAfterError('eventRouter', error);
      }
    },
    'continue-as-new': () => continueAsNew<typeof eventRouter>({ v: 1 }),
  };
  setDetails('delivering events');
  for (;;) await carryOut(executors, nextRouterStep(runs));
}
