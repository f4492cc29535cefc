/** `<state>/run/launcher-state.json`: the launcher's ProcessView[], in start order, written at each change. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessView } from '../../../src/domain/cluster/status.ts';
import { identify, isAlive, type ProcessIdentity } from '../../../src/process/process-identity.ts';
import { runFolder } from '../../../src/process/process-record.ts';
import { writeAtomically } from '../../../src/process/write-atomically.ts';

export const writeLauncherState = (state: string, views: readonly ProcessView[]): void =>
  writeAtomically(join(runFolder(state), 'launcher-state.json'), JSON.stringify(views, null, 2) + '\n');

const identityFile = (state: string): string => join(runFolder(state), 'launcher.json');

/** For `down`, when the launcher holds its socket and does not answer. */
export const writeLauncherIdentity = (state: string): void => writeAtomically(identityFile(state), JSON.stringify(identify(process.pid)) + '\n');

export function launcherIdentity(state: string): ProcessIdentity | undefined {
  try {
    const identity = JSON.parse(readFileSync(identityFile(state), 'utf8')) as ProcessIdentity;
    return isAlive(identity) ? identity : undefined;
  } catch {
    return undefined;
  }
}
