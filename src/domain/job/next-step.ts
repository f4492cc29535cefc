/**
 * Decides what a job does once its try is over, from the outcome of the try and the news that the job has received since. Pure, so that every order of news
 * has a test.
 *
 * | the try                                       | its node | next step                                                        |
 * |-----------------------------------------------|----------|------------------------------------------------------------------|
 * | completed or failed                           | is lost  | close; its slots are held until it is stopped                    |
 * | completed, or failed and stopped              | is there | close                                                            |
 * | failed                                        | is there | stop                                                             |
 * | failed, and its node refuses the stop         | is there | stop, after a rest: 5 s, twice as long each time, at most 10 min |
 * | the same, and its start was never reached     | is there | close: there is no process to stop, and no late start to forbid |
 *
 * Only a try that fails is closed as lost, and only if it was not cancelled first: a lost try is tried again, and a cancelled one is not.
 */
import type { FailureRecord } from '../failure/record.ts';
import { isUnstarted } from '../failure/proves-not-started.ts';
import type { JobOutcome } from './try-end.ts';

/** News from outside that ends a try. */
type JobCause = { readonly type: 'cancelled' | 'lost'; readonly failure: FailureRecord };
/** The result of a stop. */
type StopAnswer = { readonly type: 'stopped' } | { readonly type: 'refused'; readonly failure: FailureRecord };
export type JobNews = JobCause | StopAnswer;

export interface JobEnd {
  readonly outcome: JobOutcome;
  /** True when an earlier workflow, or the node's worker, may have started the program although this try's failure says that it did not. */
  readonly mayRun: boolean;
  /** The news, oldest first. A job may be cancelled and then lose its node, even while it is being stopped. */
  readonly received: readonly JobNews[];
}

export type JobStep =
  | { readonly type: 'stop'; readonly restMs: number; readonly because: FailureRecord }
  | { readonly type: 'close'; readonly outcome: JobOutcome; readonly holdsSlots: boolean };

/** The rest between two stops that a node refuses. It doubles, so that the stops of a long outage still fit into one history. */
const stopRestMs: { readonly first: number; readonly max: number } = { first: 5_000, max: 600_000 };

export function nextStep({ outcome, mayRun, received }: JobEnd): JobStep {
  if (outcome.type === 'completed') return { type: 'close', outcome, holdsSlots: isNodeLost(received) };
  const { failure } = outcome;
  if (isNodeLost(received)) {
    const cause = causeOf(received);
    return { type: 'close', outcome: cause?.type === 'lost' ? { type: 'failed', failure: cause.failure } : outcome, holdsSlots: true };
  }
  const refusals = received.filter((news) => news.type === 'refused');
  const refusal = refusals.at(-1);
  const neverStarted = isUnstarted(failure) && !mayRun;
  if (received.some(({ type }) => type === 'stopped') || (refusal && neverStarted)) return { type: 'close', outcome, holdsSlots: false };
  if (!refusal) return { type: 'stop', restMs: 0, because: failure };
  return { type: 'stop', restMs: Math.min(stopRestMs.first * 2 ** (refusals.length - 1), stopRestMs.max), because: refusal.failure };
}

export const isNodeLost = (received: readonly JobNews[]): boolean => received.some(({ type }) => type === 'lost');

/** Returns the first cancel or loss. A job that was cancelled and then loses its node was cancelled. */
export const causeOf = (received: readonly JobNews[]): JobCause | undefined =>
  received.find((news): news is JobCause => news.type === 'cancelled' || news.type === 'lost');
