/**
 * The table of subscriptions. To add a subscriber, add a row here and a handler of the same name in `activities/ledger/event/handlers.ts`, and test it.
 * `docs/decisions/0013-the-delivery-of-events.md` says why these are the subscribers.
 */
import type { DeliveryLimits, Subscription } from './subscription.ts';

const limits: DeliveryLimits = { triesMax: 5, pauseMs: 1_000, pauseMsMax: 60_000, handlerMsMax: 30_000 };

export const subscriptions = [
  {
    subscriber: 'dispatcher',
    does: 'Wakes the dispatcher when an item can start in a free slot. It heals a signal that was lost.',
    takes: {
      WORK_QUEUED: 1,
      WORK_RETRY: 1,
      WORK_FAILED: 1,
      WORK_TIMEOUT: 1,
      WORK_CANCELLED: 1,
      WORK_STOPPED: 1,
      HOST_ONLINE: 1,
      NODE_RECOVERED: 1,
      NODE_UNCORDONED: 1,
      NODE_REST_ENDED: 1,
    },
    begins: 'end',
    // The direct signal comes within milliseconds. The dispatcher has claimed long before this time, and then nothing is left to do.
    waitMs: 2_000,
    gapMs: 1_000,
    limits,
  },
  {
    subscriber: 'champion-sync',
    does: 'Sends the champion of each pipeline to a node that came back without it.',
    takes: { HOST_ONLINE: 1, NODE_RECOVERED: 1 },
    begins: 'end',
    waitMs: 0,
    gapMs: 250,
    limits,
  },
] as const satisfies readonly Subscription[];

export type SubscriberName = (typeof subscriptions)[number]['subscriber'];
