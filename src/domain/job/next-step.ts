/**
 * Decides what a job does after its try is over, from the outcome of the try and the notices that the job has received. A notice is a cancellation,
 * the loss of the node, or the result of a stop. The function is pure, so that a test can cover every order of notices.
 *
 * | the try                                             | its node    | next step                                                             |
 * |-----------------------------------------------------|-------------|-----------------------------------------------------------------------|
 * | completed or failed                                 | is lost     | close; the slots of the job are held until its process is stopped     |
 * | completed                                           | is not lost | close                                                                 |
 * | failed, and no stop was tried yet                   | is not lost | stop                                                                  |
 * | failed, and its process was stopped                 | is not lost | close                                                                 |
 * | failed, and the cluster file no longer names the    | is not lost | close: the node is lost by decision, and no program can be stopped    |
 * |  node that should stop it                           |             |                                                                       |
 * | failed, the node refused the stop, and the program  | is not lost | stop again, after a rest that doubles each time (5 s, at most 10 min) |
 * |  may have been started                              |             |                                                                       |
 * | failed, the node refused the stop, and the program  | is not lost | close: there is no process to stop, and no late start to forbid       |
 * |  was certainly never started                        |             |                                                                       |
 *
 * A failed try is closed as lost only if the loss of the node came before any cancellation, because the item of a lost try is tried again and the
 * item of a cancelled try is not. A completed try is never closed as lost.
 */
import type { FailureRecord } from '../failure/record.ts';
import { isUnstarted } from '../failure/proves-not-started.ts';
import { stopRestMsFirst, stopRestMsMax } from '../limits.ts';
import type { JobOutcome } from './try-end.ts';

/** A notice that ends a try. */
type JobCause = { readonly type: 'cancelled' | 'lost' | 'overdue'; readonly failure: FailureRecord };
/** A notice with the result of a stop. */
type StopResult = { readonly type: 'stopped' } | { readonly type: 'refused'; readonly failure: FailureRecord };
export type JobNotice = JobCause | StopResult;

export interface JobEnd {
  readonly outcome: JobOutcome;
  /**
   * True when an earlier workflow of this job or the node's worker may have started the program. A failure that proves that the program was not
   * started proves this only for its own attempt to start it.
   */
  readonly mayRun: boolean;
  /** The notices, oldest first. A job can be cancelled and then lose its node, even while it is being stopped. */
  readonly received: readonly JobNotice[];
}

export type JobStep =
  | { readonly type: 'stop'; readonly restMs: number; readonly because: FailureRecord }
  | { readonly type: 'close'; readonly outcome: JobOutcome; readonly holdsSlots: boolean };

export function nextStep({ outcome, mayRun, received }: JobEnd): JobStep {
  if (outcome.type === 'completed') return { type: 'close', outcome, holdsSlots: isNodeLost(received) };
  const { failure } = outcome;
  if (isNodeLost(received)) {
    const cause = causeOf(received);
    return { type: 'close', outcome: cause?.type === 'lost' ? { type: 'failed', failure: cause.failure } : outcome, holdsSlots: true };
  }
  const refusals = received.filter((notice) => notice.type === 'refused');
  const refusal = refusals.at(-1);
  if (refusal?.failure.code === 'node.unknown') return { type: 'close', outcome, holdsSlots: false };
  const neverStarted = isUnstarted(failure) && !mayRun;
  if (received.some(({ type }) => type === 'stopped') || (refusal && neverStarted)) return { type: 'close', outcome, holdsSlots: false };
  if (!refusal) return { type: 'stop', restMs: 0, because: failure };
  return { type: 'stop', restMs: Math.min(stopRestMsFirst * 2 ** (refusals.length - 1), stopRestMsMax), because: refusal.failure };
}

export const isNodeLost = (received: readonly JobNotice[]): boolean => received.some(({ type }) => type === 'lost');

/** Returns the first cancellation, loss or end by JOB_REAPER. A job that was cancelled before its node was lost counts as cancelled. */
export const causeOf = (received: readonly JobNotice[]): JobCause | undefined =>
  received.find((notice): notice is JobCause => notice.type === 'cancelled' || notice.type === 'lost' || notice.type === 'overdue');
