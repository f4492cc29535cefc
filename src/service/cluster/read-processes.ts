import { readFileSync } from 'node:fs';
import { statePaths } from '../../domain/cluster/state-paths.ts';
import type { ProcessView } from '../../domain/cluster/status.ts';

/**
 * Returns the launcher's record of its processes, which the launcher writes at each change. Returns no processes when there is no record. There is no
 * record when another supervisor (systemd) runs each process, or when the cluster was stopped.
 */
export function readProcesses(state: string): readonly ProcessView[] {
  try {
    return JSON.parse(readFileSync(statePaths(state).launcherState, 'utf8')) as readonly ProcessView[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
