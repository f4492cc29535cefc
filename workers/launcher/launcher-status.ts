import type { ProcessView } from '../../src/domain/cluster/status.ts';
import type { FileFailure } from './kept-file.ts';

export type LauncherPhase = 'preparing' | 'starting' | 'running' | 'stopping';

/** The launcher's reply to `status`. */
export interface LauncherStatus {
  readonly pid: number;
  readonly cluster: string;
  readonly state: string;
  readonly configEpoch: number;
  readonly phase: LauncherPhase;
  readonly processes: readonly ProcessView[];
  /** Present while the launcher cannot write its record of the processes, for example because the disk is full. */
  readonly fileFailure?: FileFailure;
}

/** Exit codes of the launcher's process. */
export const launcherExit = { stopped: 0, failed: 1, alreadyRuns: 3 } as const;
