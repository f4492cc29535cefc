/** The launcher's two files in the run folder: who it is, and what it keeps running. Both are replaced whole at each change. */
import { readFileSync } from 'node:fs';
import type { ProcessView } from '../../src/domain/cluster/status.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { identify, isAlive, type ProcessIdentity } from '../../src/process/process-identity.ts';
import { replaceFile } from '../../src/system/replace-file.ts';

/** In start order. The reader is `src/service/cluster/read-processes.ts`. */
export const writeLauncherState = (state: string, views: readonly ProcessView[]): void =>
  replaceFile(statePaths(state).launcherState, JSON.stringify(views, null, 2) + '\n');

/** `down` ends the launcher by this identity when the launcher holds its socket and does not answer. */
export const writeLauncherIdentity = (state: string): void =>
  replaceFile(statePaths(state).launcherIdentity, JSON.stringify(identify(process.pid)) + '\n');

/** Returns the launcher's identity while it lives. */
export function launcherIdentity(state: string): ProcessIdentity | undefined {
  try {
    const identity = JSON.parse(readFileSync(statePaths(state).launcherIdentity, 'utf8')) as ProcessIdentity;
    return isAlive(identity) ? identity : undefined;
  } catch {
    return undefined;
  }
}
