import type { ProcessView } from '../../src/domain/cluster/status.ts';

export type LauncherPhase = 'preparing' | 'starting' | 'running' | 'stopping';

/** The launcher's reply to `status`. */
export interface LauncherStatus {
  readonly pid: number;
  readonly cluster: string;
  readonly state: string;
  readonly configEpoch: number;
  readonly phase: LauncherPhase;
  readonly processes: readonly ProcessView[];
}

/** Exit codes of the launcher's process. */
export const launcherExit = { stopped: 0, failed: 1, alreadyRuns: 3 } as const;
