/**
 * The folders outside the state folder in which we keep something: sockets, caches, the list of clusters. They are found when variables of the
 * environment are unset, relative or too long, and when a folder cannot be written.
 */
import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { passwordEntry } from './own-user.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The folders in which every user can make a folder of their own. */
const shared = ['/tmp', '/var/tmp', '/dev/shm'] as const;

const absolute = (path: string | undefined): string | undefined => (path !== undefined && isAbsolute(path) ? path : undefined);

/**
 * Returns the home folder of the user: HOME when it is absolute, otherwise the folder of the password database. Returns undefined when there is neither.
 */
export const homeFolder = (env: Environment): string | undefined => absolute(env['HOME']) ?? passwordEntry()?.homedir;

/**
 * Returns an XDG folder. A relative path counts as unset, as the XDG specification says. Returns undefined when the variable is unset and the user has no
 * home folder.
 */
export function xdgFolder(env: Environment, variable: 'XDG_STATE_HOME' | 'XDG_CACHE_HOME', usual: string): string | undefined {
  const home = homeFolder(env);
  return absolute(env[variable]) ?? (home === undefined ? undefined : join(home, usual));
}

/** Returns the folders of the system, without the environment, so that two processes with different environments agree. The usable ones come first. */
export const sharedFolders = (): readonly string[] => [...shared.filter(isUsable), ...shared.filter((folder) => !isUsable(folder))];

/** Returns the temporary folder of the user, when it can be used and its path has at most `bytesMax` bytes, and then those of the system. */
export function temporaryFolders(env: Environment, bytesMax: number): readonly string[] {
  const own = absolute(env['TMPDIR'])?.replace(/(?<=.)\/+$/, '');
  const first = own !== undefined && Buffer.byteLength(own) <= bytesMax && isUsable(own) ? [own] : [];
  return [...new Set([...first, ...sharedFolders()])];
}

/** Returns whether this process can make files in a folder. */
function isUsable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return statSync(folder).isDirectory();
  } catch {
    return false;
  }
}
