import type { SteerDelivery, SteeredDelivery } from '../../domain/event/steer-delivery.ts';
import type { DeliveryRun } from '../../domain/event/router.ts';

export interface EventLedgerActivities {
  /**
   * Delivers events to all subscribers, for `maxMs`. The activity is long and sends heartbeats. It ends early when it is cancelled. A call that runs twice
   * at the same time delivers once: the newer call ends the older one.
   */
  deliverEvents: (p: { readonly maxMs: number }) => Promise<DeliveryRun>;
  /** Sends dead letters again, drops them, or sends a range of the log to one subscriber once more. */
  steerDelivery: (p: SteerDelivery) => Promise<SteeredDelivery>;
}
