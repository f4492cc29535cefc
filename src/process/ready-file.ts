import { readFileSync } from 'node:fs';
import { statePaths } from '../domain/cluster/state-paths.ts';
import { identify } from './process-identity.ts';

/** Returns the pid in the ready file of a process, or undefined when the process has written none. The process may have ended since. */
export function readyPid(state: string, name: string): number | undefined {
  try {
    return Number(readFileSync(statePaths(state).ready(name), 'utf8').trim());
  } catch {
    return undefined;
  }
}

/** True when the process that wrote the ready file still lives. */
export function isReady(state: string, name: string): boolean {
  const pid = readyPid(state, name);
  return pid !== undefined && identify(pid) !== undefined;
}
