/** When a process that ended is started again. It never gives up; after three quick ends in a row it is shown as failed while it goes on trying. */
const delaysMs = [100, 500, 1_000, 2_000, 5_000] as const;
/** A process that ran so long is forgiven what was before. */
export const stableMs = 30_000;
const failedAfter = 3;

export interface RestartDecision {
  /** Ends in a row, this one included. */
  readonly ends: number;
  readonly delayMs: number;
  readonly state: 'starting' | 'failed';
}

export function decideRestart(endsBefore: number, ranMs: number): RestartDecision {
  const ends = ranMs >= stableMs ? 1 : endsBefore + 1;
  return { ends, delayMs: delaysMs[Math.min(ends, delaysMs.length) - 1] ?? 5_000, state: ends >= failedAfter ? 'failed' : 'starting' };
}
