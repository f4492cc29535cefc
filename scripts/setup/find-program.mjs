/** Finds a program as a shell would. `sshd` and other system programs lie in folders that are often missing from a user's PATH. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const systemFolders = ['/usr/sbin', '/usr/local/sbin', '/sbin'];

export function findProgram(name, env, { alsoSystemFolders = false } = {}) {
  const folders = [...(env.PATH ?? '').split(delimiter).filter(Boolean), ...(alsoSystemFolders ? systemFolders : [])];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
