/**
 * Decides what the event router does, one step at a time. The router is a duty of the workflow `daemon/EVENT_ROUTER`: it keeps one long activity going,
 * `deliverEvents`, which delivers the events of the log to all subscribers. A router that is gone delays the events and loses none, because each
 * subscriber has a durable cursor.
 *
 * | step            | is due when                                                       |
 * |-----------------|-------------------------------------------------------------------|
 * | continue-as-new | the run has delivered `deliveriesPerRunMax` times                  |
 * | deliver         | otherwise; an activity that fails is followed by a rest           |
 */
import type { FailureRecord } from '../failure/record.ts';
import { deliveriesPerRunMax, deliverMsMax } from '../limits.ts';

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

export type RouterStep = { readonly type: 'deliver'; readonly maxMs: number } | { readonly type: 'continue-as-new' };

/** Returns the next step of a run that has delivered `runs` times. */
export const nextRouterStep = (runs: number): RouterStep =>
  runs >= deliveriesPerRunMax ? { type: 'continue-as-new' } : { type: 'deliver', maxMs: deliverMsMax };

/** Returns the heading and the rows that the router shows. */
export function routerDetails({ subscribers }: DeliveryRun): { readonly heading: string; readonly rows: Readonly<Record<string, string>> } {
  const done = subscribers.reduce((sum, one) => sum + one.done, 0);
  return {
    heading: `${done} events delivered to ${subscribers.length} subscribers`,
    rows: Object.fromEntries(
      subscribers.map(({ subscriber, done: count, failed, failure }) => [
        subscriber,
        `${count} done${failed === 0 ? '' : `, ${failed} failures`}${failure === undefined ? '' : `, rests: ${failure.message}`}`,
      ]),
    ),
  };
}
