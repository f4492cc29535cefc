/**
 * The launcher's two files in the run folder. One says which process is the launcher, and the other which processes the launcher keeps running. Each
 * change replaces the whole file.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ProcessView } from '../../src/domain/cluster/status.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { identify, isAlive, type ProcessIdentity } from '../../src/process/process-identity.ts';
import { replaceFile } from '../../src/system/replace-file.ts';

/** Writes the processes in the order of their start. `src/service/cluster/read-processes.ts` reads them. */
export const writeLauncherState = (state: string, views: readonly ProcessView[]): void =>
  replaceFile(statePaths(state).launcherState, JSON.stringify(views, null, 2) + '\n');

/** Writes the identity of this process. When the launcher holds its socket and does not reply, `down` uses this identity to end the launcher. */
export const writeLauncherIdentity = (state: string): void =>
  replaceFile(statePaths(state).launcherIdentity, JSON.stringify(identify(process.pid)) + '\n');

/** Returns the launcher's identity. Returns undefined when the launcher has ended. */
export function launcherIdentity(state: string): ProcessIdentity | undefined {
  try {
    const identity = JSON.parse(readFileSync(statePaths(state).launcherIdentity, 'utf8')) as ProcessIdentity;
    return isAlive(identity) ? identity : undefined;
  } catch {
    return undefined;
  }
}

/** Removes the run files that a stopped cluster no longer needs. The socket is removed by the process that holds it. */
export function removeRunFiles(state: string): void {
  const { run, launcherState, launcherIdentity: identityFile, logDoor } = statePaths(state);
  const named = [launcherState, identityFile, logDoor].map((path) => basename(path));
  for (const file of readdirSync(run)) {
    if (/\.(ready|beat|metrics\.json|tmp)$/.test(file) || named.includes(file)) removeQuietly(join(run, file));
  }
}

/** A disk that allows no change keeps the file. The file names processes that have ended, so it misleads nothing. */
function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // See above.
  }
}
