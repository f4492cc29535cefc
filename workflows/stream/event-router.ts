/**
 * EVENT_ROUTER keeps the delivery of events going. The activity `deliverEvents` does the work in the ledger worker and wakes other workflows by signal, so a
 * delivery costs this workflow no event.
 */
import type { Worked } from '../../src/domain/daemon/work.ts';
import { routerHealth } from '../../src/domain/event/router.ts';
import { deliverMsMax } from '../../src/domain/limits.ts';
import { ledgerDelivery } from '../isolate/activities.ts';

export async function routeEvents(_memory: unknown, isFirst: boolean): Promise<Worked> {
  const run = await ledgerDelivery.deliverEvents({ maxMs: isFirst ? 1 : deliverMsMax });
  return { health: routerHealth(run), memory: undefined, steps: [], restMs: 0 };
}
