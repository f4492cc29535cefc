import { restartLimits } from './limits.ts';

export interface RestartDecision {
  /** The number of times that the process has ended in a row without a stable run in between, including this time. */
  readonly ends: number;
  readonly delayMs: number;
  readonly state: 'starting' | 'failed';
}

/**
 * Decides when a process that ended is started again. The restarts never stop: after several early ends in a row the process is shown as failed, but
 * it is still started again.
 */
export function decideRestart(endsBefore: number, ranMs: number): RestartDecision {
  const { delaysMs, stableMs, failedEndsMin } = restartLimits;
  const ends = ranMs >= stableMs ? 1 : endsBefore + 1;
  const delayMs = delaysMs[Math.min(ends, delaysMs.length) - 1] as number;
  return { ends, delayMs, state: ends >= failedEndsMin ? 'failed' : 'starting' };
}
