/**
 * Decides what a turn does while a daemon of its next stage does not run. The first row that fits holds.
 *
 * | one of them                                                    | then                                                              |
 * |----------------------------------------------------------------|-------------------------------------------------------------------|
 * | has failed, or waits for a daemon that has failed               | the turn ends, and the pipeline pauses: only a person can help      |
 * | does not run for any other reason, for `daemonWaitMsMax`         | the same                                                          |
 * | does not run for any other reason (an operator stopped the daemon) | the turn waits, says why, and looks again after a longer and longer rest |
 */
import { type FailureRecord, failureRecord } from '../failure/record.ts';
import type { FailureCode } from '../failure/table.ts';
import { daemonCheckMsMax, daemonCheckMsMin, daemonCheckShare, daemonWaitMsMax } from '../limits.ts';
import type { PipelineStage } from '../pipeline/stages.ts';
import type { DaemonState } from './daemon.ts';

export interface MissingDaemon {
  readonly id: string;
  readonly state: DaemonState;
  readonly because: string;
  /** The daemon that has failed: this one, or one for which this one waits. */
  readonly failed?: FailedDaemon;
}

export interface FailedDaemon {
  readonly id: string;
  readonly because: string;
  readonly code?: FailureCode;
}

export interface WaitingStage {
  readonly pipeline: string;
  readonly turn: number;
  readonly stage: PipelineStage;
}

export type DaemonWait =
  | { readonly type: 'wait'; readonly restMs: number; readonly detail: string }
  | { readonly type: 'end'; readonly failure: FailureRecord };

/** Returns what the turn does while these daemons do not run. */
export function decideWait(missing: readonly [MissingDaemon, ...MissingDaemon[]], waiting: WaitingStage, waitedMs: number): DaemonWait {
  const { id, state, because, failed } = missing.find((one) => one.failed !== undefined) ?? missing[0];
  if (failed !== undefined) {
    const code = failed.code === undefined ? '' : ` (${failed.code})`;
    const needed = failed.id === id ? '' : `, which needs ${failed.id}`;
    return end(waiting, `it needs ${id}${needed}, and ${failed.id} has failed${code}: ${failed.because}`, failed.id, 'reset');
  }
  if (waitedMs >= daemonWaitMsMax) {
    const hours = Math.round(daemonWaitMsMax / 3_600_000);
    return end(waiting, `it needs ${id}, which is ${state} for ${hours} hours: ${because}`, id, state === 'stopped' ? 'start' : 'show');
  }
  const restMs = Math.min(daemonCheckMsMax, Math.max(daemonCheckMsMin, Math.round(waitedMs * daemonCheckShare)));
  return { type: 'wait', restMs, detail: `waits for ${id}, which is ${state} because ${because}` };
}

const end = ({ pipeline, turn, stage }: WaitingStage, because: string, daemon: string, verb: 'reset' | 'start' | 'show'): DaemonWait => ({
  type: 'end',
  failure: failureRecord('daemon.not-running', {
    cannot: `begin ${stage} of turn ${turn} of ${pipeline}`,
    because,
    hint: { say: `bringing the daemon back, then ringmaster pipeline resume ${pipeline}`, run: `ringmaster daemon ${verb} ${daemon}` },
    fields: { pipeline, turn, stage, daemon },
  }),
});
