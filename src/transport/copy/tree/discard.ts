import { randomUUID } from 'node:crypto';
import { lstat, readdir, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { removeFolder } from '../../../system/remove-folder.ts';

/** A folder with this beginning of its name is being removed. */
const discardedStart = '.gone.';

/**
 * Removes a version. The version first gets another name, so that a removal that is interrupted leaves no half under the name that means the whole. A
 * version that is not there is no failure.
 */
export async function discard(version: string): Promise<void> {
  const gone = join(dirname(version), `${discardedStart}${basename(version)}.${randomUUID()}`);
  try {
    await rename(version, gone);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await removeFolder(gone);
}

/** Removes what an interrupted removal left in a folder of versions. */
export async function removeDiscarded(versions: string): Promise<void> {
  for (const name of await readdir(versions)) if (name.startsWith(discardedStart)) await removeFolder(join(versions, name));
}

/** Returns whether something is at a path, without following a link. */
export const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );
