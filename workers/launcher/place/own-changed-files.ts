import { copyFileSync, lstatSync, renameSync } from 'node:fs';
import { pathsFound } from '../purge-state.ts';

/** Files to which processes append, or in which SQLite holds a lock. Every other file that a copy keeps, but for the ledgers, is replaced as a whole. */
const changedInPlace = ['logs/*', 'data/backups/*'];

/** Puts a copy in place of each hard link to a file that processes change in place: the other cluster has the same file (`cp -al`). */
export function ownChangedFiles(state: string): void {
  for (const path of pathsFound(state, changedInPlace)) {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found?.isFile() !== true || found.nlink === 1) continue;
    const temporary = `${path}.${process.pid}.tmp`;
    copyFileSync(path, temporary);
    renameSync(temporary, path);
  }
}
