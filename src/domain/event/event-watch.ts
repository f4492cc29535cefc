/**
 * The watch `events` of `src/domain/cluster/watch.ts`: whether the events arrive in the log and at their subscribers.
 *
 * | shown                                              | ready |
 * |----------------------------------------------------|-------|
 * | an event waits for the log for `eventsWaitMsMax`     | no    |
 * | the log cannot be read                             | no    |
 * | an event waits for a subscriber for too long       | no    |
 * | events are dead, or were skipped within a day      | yes   |
 */
import type { Watch } from '../cluster/watch.ts';
import type { FailureRecord } from '../failure/record.ts';
import { deliveryWaitMsMax, eventsWaitMsMax, skipsShownMs } from '../limits.ts';

type Why = Pick<FailureRecord, 'message' | 'hint'>;

export interface EventLogLook {
  /** The events in the outboxes and in the spool. */
  readonly waiting: number;
  /** For how long the oldest one waits. */
  readonly waitedMs?: number;
  /** Why the log cannot be written. */
  readonly failure?: Why;
  readonly subscribers?: readonly {
    readonly subscriber: string;
    /** The events that wait for it in the log, and for how long the oldest one does. */
    readonly lag: number;
    readonly lagMs?: number;
    readonly dead: number;
    /** The events that it did not get, and how long ago that was. */
    readonly skipped: number;
    readonly skippedAgoMs?: number;
  }[];
  /** Why the log cannot be read. */
  readonly unread?: Why;
}

const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;
const wait = (events: number): string => `${events} ${events === 1 ? 'event waits' : 'events wait'}`;
const are = (events: number): string => `${events} ${events === 1 ? 'event is' : 'events are'}`;

export function eventWatch(look: EventLogLook = { waiting: 0 }): Omit<Watch, 'name'> {
  const { waiting, waitedMs = 0, failure, subscribers = [], unread } = look;
  if (waiting > 0 && waitedMs >= eventsWaitMsMax) {
    const because = failure === undefined ? 'the ledger worker does not move them' : failure.message;
    return {
      ok: false,
      ageMs: waitedMs,
      detail: `${wait(waiting)} for the event log for ${seconds(waitedMs)}: ${because}`,
      hint: failure?.hint ?? { say: 'the ledger worker and its log', run: 'ringmaster event stats' },
    };
  }
  if (unread !== undefined)
    return { ok: false, ageMs: 0, detail: `no event is delivered: ${unread.message}`, hint: unread.hint ?? { run: 'ringmaster doctor' } };
  const late = subscribers.filter(({ lagMs = 0 }) => lagMs >= deliveryWaitMsMax);
  if (late.length > 0)
    return {
      ok: false,
      ageMs: Math.max(...late.map(({ lagMs = 0 }) => lagMs)),
      detail: late.map(({ subscriber, lag, lagMs = 0 }) => `${wait(lag)} for subscriber ${subscriber} for ${seconds(lagMs)}`).join('; '),
      hint: { say: 'the workflow daemon/EVENT_ROUTER', run: 'ringmaster event subscriptions' },
    };
  const notices = subscribers.flatMap(({ subscriber, dead, skipped, skippedAgoMs }) => [
    ...(dead > 0 ? [`${are(dead)} dead for ${subscriber}`] : []),
    ...(skippedAgoMs !== undefined && skippedAgoMs < skipsShownMs ? [`${subscriber} did not get ${skipped} events`] : []),
  ]);
  return notices.length === 0
    ? { ok: true, detail: 'the event log has all that happened, and its subscribers got it', ageMs: 0 }
    : { ok: true, notice: true, ageMs: 0, detail: notices.join('; '), hint: { run: 'ringmaster event dead list' } };
}
