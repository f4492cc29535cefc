/**
 * The life of an event for one subscriber. The log keeps a cursor for each subscriber: the position up to which its events are done, or have a row of
 * their own. `pending` and `done` are the two sides of the cursor and have no row.
 *
 * | state   | means                                              | leaves it                                                                    |
 * |---------|----------------------------------------------------|------------------------------------------------------------------------------|
 * | pending | the event is behind the cursor in the log          | done, retried or dead, when it is delivered; skipped, when retention needs its place |
 * | done    | the handler returned                               | never; a replay delivers the event once more                                 |
 * | retried | the handler failed, or an earlier event of its key | done, retried or dead, at the next try                                       |
 * |         | is retried                                         |                                                                              |
 * | dead    | the handler failed `triesMax` times                | retried, when an operator sends it again; gone, when an operator drops it    |
 *
 * A failure of the class `transient` or `throttled` says nothing about the event: the way to its effect is closed. So nothing is counted. The subscriber
 * rests, longer each time up to `subscriberRestMsMax`, and its cursor stays. Any other failure is the event's own.
 *
 * Order: a handler names the key of an event, such as its node. The events of one key are delivered in the order of their positions, so an event waits
 * while an earlier one of its key is retried. Events of other keys do not wait. A dead event holds up nothing.
 */
import { subscriberRestMsMax } from '../limits.ts';
import { isRetried, type FailureCode } from '../failure/table.ts';
import type { DeliveryLimits } from './subscription.ts';

export type DeliveryStep =
  | { readonly type: 'rest' }
  | { readonly type: 'retry'; readonly tries: number; readonly nextAtMs: number }
  | { readonly type: 'die'; readonly tries: number };

/** Decides what follows from a failed delivery. `tries` are the failures before this one. */
export function afterFailure(tries: number, code: FailureCode, { triesMax, pauseMs, pauseMsMax }: DeliveryLimits, nowMs: number): DeliveryStep {
  if (isRetried(code)) return { type: 'rest' };
  if (code === 'event.other-version' || tries + 1 >= triesMax) return { type: 'die', tries: tries + 1 };
  return { type: 'retry', tries: tries + 1, nextAtMs: nowMs + Math.min(pauseMs * 2 ** tries, pauseMsMax) };
}

/** Returns how long a subscriber rests whose way has been closed `times` times in a row. */
export const restMsAfter = (times: number): number => Math.min(1_000 * 2 ** (times - 1), subscriberRestMsMax);

/** The events of one key, in the order of their positions. */
export interface KeyedEvents<Event> {
  readonly key: string;
  readonly events: readonly Event[];
}

/** Returns the events by key. The keys are in the order of their first events. */
export function byKey<Event>(events: readonly Event[], keyOf: (event: Event) => string): readonly KeyedEvents<Event>[] {
  const groups = new Map<string, Event[]>();
  for (const event of events) {
    const key = keyOf(event);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [event]);
    else group.push(event);
  }
  return [...groups].map(([key, grouped]) => ({ key, events: grouped }));
}
