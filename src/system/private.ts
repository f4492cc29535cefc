/** Keeps what Ringmaster writes from the other users of this machine. */
import { chmodSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';

const othersBits = 0o077;
const sticky = 0o1000;

/** From now on, no other user can read a file or a folder that this process, or a program that it starts, makes. A thread keeps its process's mask. */
export function keepFilesPrivate(): void {
  if (isMainThread) process.umask(othersBits);
}

/**
 * Takes the rights of other users from a folder, from `folders` in it, and from the files in all of these. A folder that a person made by hand often
 * has mode 0755. Leaves a folder alone that is shared by its mode, like /tmp, or that another user owns. Follows no link.
 */
export function makePrivate(folder: string, folders: readonly string[]): void {
  const found = statSync(folder);
  if (!found.isDirectory() || (found.mode & sticky) !== 0 || found.uid !== process.getuid?.()) return;
  closeToOthers(folder, found.mode);
  for (const inner of ['', ...folders]) {
    const path = join(folder, inner);
    const entry = lstatSync(path, { throwIfNoEntry: false });
    if (entry?.isDirectory() !== true) continue;
    closeToOthers(path, entry.mode);
    for (const name of readdirSync(path)) {
      const file = lstatSync(join(path, name), { throwIfNoEntry: false });
      if (file?.isFile() === true) closeToOthers(join(path, name), file.mode);
    }
  }
}

function closeToOthers(path: string, mode: number): void {
  if ((mode & othersBits) !== 0) chmodSync(path, mode & 0o7700);
}
