/**
 * The table of subscriptions. To add a subscriber, add a row here and a handler of the same name in `activities/ledger/event/handlers.ts`, and test it.
 * `docs/decisions/0013-the-delivery-of-events.md` says why these are the subscribers.
 */
import type { DeliveryLimits, Subscription } from './subscription.ts';

const limits: DeliveryLimits = { triesMax: 5, pauseMs: 1_000, pauseMsMax: 60_000, handlerMsMax: 30_000 };

/**
 * The daemons that events wake. A woken daemon does a round at once and looks at the ledgers itself, so it needs no event, only the news that there is
 * one. The daemon is the subscriber.
 */
export const wakes = {
  MODEL_DISTRIBUTION: { HOST_ONLINE: 1, NODE_RECOVERED: 1 },
  QUALITY_MONITOR: { CONSOLIDATION_COMPLETE: 1 },
  FEEDBACK_LOOP: { MODEL_PROMOTED: 1, PROMOTION_REJECTED: 1 },
  AUTO_SYNC: { HOST_ONLINE: 1, NODE_RECOVERED: 1 },
  ALERT_MANAGER: { NODE_LOST: 1, NODE_RECOVERED: 1, DEAD_LETTER_ADDED: 1, DEAD_LETTERS_REDRIVEN: 1, DEAD_LETTERS_DROPPED: 1 },
  ELO_SYNC: { MODEL_PROMOTED: 1, PROMOTION_REJECTED: 1, HOST_ONLINE: 1, NODE_RECOVERED: 1 },
} as const satisfies Readonly<Record<string, Subscription['takes']>>;
export type WokenDaemon = keyof typeof wakes;

const wakeOf = (daemon: WokenDaemon, takes: Subscription['takes']) => ({
  subscriber: daemon,
  does: `Wakes the daemon ${daemon}.`,
  takes,
  begins: 'end' as const,
  waitMs: 0,
  gapMs: 250,
  limits,
});

export const subscriptions = [
  {
    subscriber: 'dispatcher' as const,
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
    begins: 'end' as const,
    // The direct signal comes within milliseconds. The dispatcher has claimed long before this time, and then nothing is left to do.
    waitMs: 2_000,
    gapMs: 1_000,
    limits,
  },
  ...Object.entries(wakes).map(([daemon, takes]) => wakeOf(daemon as WokenDaemon, takes)),
] satisfies readonly Subscription[];

export type SubscriberName = (typeof subscriptions)[number]['subscriber'];
