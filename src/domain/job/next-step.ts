/**
 * How a job ends once its try is over: what was heard goes in, the next step comes out. Pure, so that every order of bad news has a test.
 *
 * | the try                                       | its node | next step                                                        |
 * |-----------------------------------------------|----------|------------------------------------------------------------------|
 * | completed or failed                           | is lost  | close; its slots are held until it is stopped                    |
 * | completed, or failed and stopped              | is there | close                                                            |
 * | failed                                        | is there | stop                                                             |
 * | failed, and its node refuses the stop         | is there | stop, after a rest: 5 s, twice as long each time, at most 10 min |
 * | the same, and nobody came as far as its start | is there | close: its node cannot note that it must not start, and need not |
 *
 * Only a try that fails is lost, and only if nobody cancelled it first: a lost try would be tried again.
 */
import type { FailureRecord } from '../failure/record.ts';
import { isUnstarted } from '../failure/proves-not-started.ts';
import type { JobOutcome } from './try-end.ts';

/** From outside. */
type JobCause = { readonly type: 'cancelled' | 'lost'; readonly failure: FailureRecord };
/** What its node answered to a stop. */
type StopAnswer = { readonly type: 'stopped' } | { readonly type: 'refused'; readonly failure: FailureRecord };
export type JobNews = JobCause | StopAnswer;

export interface JobEnd {
  readonly outcome: JobOutcome;
  /** Whatever the failure says of its own try, another may have come as far as the start. */
  readonly mayRun: boolean;
  /** Oldest first. A job may be cancelled and then lose its node, even while it is being stopped. */
  readonly heard: readonly JobNews[];
}

export type JobStep =
  | { readonly type: 'stop'; readonly restMs: number; readonly because: FailureRecord }
  | { readonly type: 'close'; readonly outcome: JobOutcome; readonly holdsSlots: boolean };

/** Between stops that a node refuses: no longer than it has been wrong already, and few enough for one history. */
const stopRestMs: { readonly first: number; readonly max: number } = { first: 5_000, max: 600_000 };

export function nextStep({ outcome, mayRun, heard }: JobEnd): JobStep {
  if (outcome.type === 'completed') return { type: 'close', outcome, holdsSlots: isNodeLost(heard) };
  const { failure } = outcome;
  if (isNodeLost(heard)) {
    const cause = causeOf(heard);
    return { type: 'close', outcome: cause?.type === 'lost' ? { type: 'failed', failure: cause.failure } : outcome, holdsSlots: true };
  }
  const refusals = heard.filter((news) => news.type === 'refused');
  const refusal = refusals.at(-1);
  const neverStarted = isUnstarted(failure) && !mayRun;
  if (heard.some(({ type }) => type === 'stopped') || (refusal && neverStarted)) return { type: 'close', outcome, holdsSlots: false };
  if (!refusal) return { type: 'stop', restMs: 0, because: failure };
  return { type: 'stop', restMs: Math.min(stopRestMs.first * 2 ** (refusals.length - 1), stopRestMs.max), because: refusal.failure };
}

export const isNodeLost = (heard: readonly JobNews[]): boolean => heard.some(({ type }) => type === 'lost');

/** The first stays: a job that was cancelled and then loses its node was cancelled. */
export const causeOf = (heard: readonly JobNews[]): JobCause | undefined =>
  heard.find((news): news is JobCause => news.type === 'cancelled' || news.type === 'lost');
