/** The handlers of the subscribers in `src/domain/event/subscriptions.ts`. A subscriber without a handler does not compile. */
import { signals, workflowIds } from '../../../src/contract/workflows.ts';
import { type SubscriberName, type WokenDaemon, wakes } from '../../../src/domain/event/subscriptions.ts';
import { couldClaim } from '../../../src/storage/queue/claim-items.ts';
import type { LedgerDependencies } from '../dependencies.ts';
import { wakeDispatcher } from '../item/start-jobs.ts';
import { type AnyHandler, handler } from './handler.ts';

export const createHandlers = (dependencies: LedgerDependencies): Readonly<Record<SubscriberName, AnyHandler>> => ({
  /** The effect is a look at the queue, so a repeat changes nothing. Without an item that can start, no signal is sent. */
  dispatcher: handler({
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
    keyOf: () => workflowIds.dispatcher,
    handle: async () => {
      const { ledgers, workflows, now } = dependencies;
      if (couldClaim(ledgers.queue, { nodes: ledgers.resources.nodes(), nowMs: now() })) await wakeDispatcher(workflows);
    },
  }),
  ...wakeHandlers(dependencies),
});

/** The effect is a round of the daemon, so a repeat changes nothing. A daemon that does not run keeps the wake-up until it works. */
const wakeHandlers = ({ workflows }: LedgerDependencies): Readonly<Record<WokenDaemon, AnyHandler>> =>
  Object.fromEntries(
    Object.entries(wakes).map(([daemon, takes]): [string, AnyHandler] => {
      const workflowId = workflowIds.daemon(daemon);
      return [daemon, { takes, keyOf: () => workflowId, handle: () => workflows.signal(workflowId, signals.wake, undefined) }];
    }),
  ) as Record<WokenDaemon, AnyHandler>;
