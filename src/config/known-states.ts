/**
 * The list of the state folders that `up` and `demo` used under this login, so that a terminal finds a cluster from any working folder. The list is a
 * file with one folder a line, the newest first: `${XDG_STATE_HOME:-~/.local/state}/ringmaster/current`. When that folder cannot be written, the file
 * lies in a folder of our own below a temporary folder of the system.
 */
import { existsSync, lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { statePaths } from '../domain/cluster/state-paths.ts';
import { replaceFile } from '../system/replace-file.ts';
import { ownUid } from '../system/own-user.ts';
import { sharedFolders, xdgFolder } from '../system/user-folders.ts';
import { statesRememberedMax } from './limits.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Returns the files that can have the list. The first that can be written gets it. */
function filesOf(env: Environment): readonly string[] {
  const own = xdgFolder(env, 'XDG_STATE_HOME', join('.local', 'state'));
  return [
    ...(own === undefined ? [] : [join(own, 'ringmaster', 'current')]),
    ...sharedFolders().map((folder) => join(folder, `ringmaster-${ownUid()}`, 'current')),
  ];
}

/** Returns the state folders, the newest first. */
export const knownStates = (env: Environment): readonly string[] => [...new Set(filesOf(env).flatMap(linesOf))];

function linesOf(file: string): readonly string[] {
  try {
    // Every user can make a folder with this name in a temporary folder.
    if (!isOurs(dirname(file))) return [];
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}

const isOurs = (folder: string): boolean => lstatSync(folder).uid === ownUid();

/**
 * Adds a state folder: as the newest, or as the oldest when it is only added again. Returns the file that has it now. Throws the error of the first
 * file when no file can be written.
 */
export function rememberState(state: string, env: Environment, as: 'newest' | 'oldest' = 'newest'): string {
  const others = knownStates(env).filter((other) => other !== state && existsSync(statePaths(other).runningCluster));
  const states = as === 'newest' ? [state, ...others].slice(0, statesRememberedMax) : [...others.slice(0, statesRememberedMax - 1), state];
  let failure: unknown;
  for (const file of filesOf(env)) {
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      if (!isOurs(dirname(file))) continue;
      replaceFile(file, `${states.join('\n')}\n`);
      return file;
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}
