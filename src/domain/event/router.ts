/**
 * The report of the event router about itself. The router is the duty of the daemon EVENT_ROUTER: it keeps one long activity going, `deliverEvents`, which
 * delivers the events of the log to all subscribers. A router that is gone delays the events and loses none, because each subscriber has a durable cursor.
 */
import type { DaemonHealth } from '../daemon/daemon.ts';
import type { FailureRecord } from '../failure/record.ts';

/** What one run of the activity did. */
export interface DeliveryRun {
  readonly subscribers: readonly SubscriberRun[];
}

export interface SubscriberRun {
  readonly subscriber: string;
  /** The events that were done. */
  readonly done: number;
  /** The failures of its handler. */
  readonly failed: number;
  /** Why the subscriber rests. Absent while its way is open. */
  readonly failure?: FailureRecord;
}

/** Returns the health of the router after a round. The router is unwell while a subscriber rests because its way is closed. */
export function routerHealth({ subscribers }: DeliveryRun): Omit<DaemonHealth, 'atMs'> {
  const done = subscribers.reduce((sum, one) => sum + one.done, 0);
  const resting = subscribers.flatMap(({ subscriber, failure }) => (failure === undefined ? [] : [`${subscriber} rests: ${failure.message}`]));
  return {
    healthy: resting.length === 0,
    message: resting.length === 0 ? `${done} events delivered to ${subscribers.length} subscribers` : resting.join('; '),
    details: Object.fromEntries(
      subscribers.map(({ subscriber, done: count, failed }) => [subscriber, `${count} done${failed === 0 ? '' : `, ${failed} failures`}`]),
    ),
  };
}
