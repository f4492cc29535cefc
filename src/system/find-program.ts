import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The folders of programs like `sshd`. A user's PATH often lacks these folders. */
export const systemFolders: readonly string[] = ['/usr/sbin', '/usr/local/sbin', '/sbin'];

/** Returns the folders of a PATH variable, in order. */
export const pathFolders = (path = process.env['PATH'] ?? ''): readonly string[] => path.split(delimiter).filter((folder) => folder !== '');

/** Returns every executable file of this name in the folders, in the order of the folders. A shell would run the first file. */
export const findPrograms = (name: string, folders: readonly string[] = pathFolders()): readonly string[] =>
  folders.map((folder) => join(folder, name)).filter(isExecutable);

/** Returns the program of this name that a shell would run, or else the one in the folders of the system. */
export const findSystemProgram = (name: string, path?: string): string | undefined => findPrograms(name, [...pathFolders(path), ...systemFolders])[0];

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
