import { lstatSync, mkdirSync, type Stats } from 'node:fs';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import type { Hint } from '../../../src/domain/failure/hint.ts';
import { ownUid } from '../../../src/system/own-user.ts';
import { launcherLimits } from '../../limits.ts';

/**
 * Makes the folder of a socket of the state folder. When others can write to the folder above it, only a 0700 folder of our own is safe.
 */
export function makeSocketFolder(state: string, folder: string): void {
  const found = entryAt(folder) ?? made(folder);
  if (!found.isDirectory()) throw refused(folder, 'that is no folder', { say: `removing ${folder}` });
  if (found.uid === ownUid()) return;
  if (folder.startsWith(`${state}/`))
    throw refused(folder, `that folder belongs to user ${found.uid}`, { say: 'running it as that user, the user of the cluster' });
  throw refused(folder, `that folder belongs to user ${found.uid}`, {
    say: `removing ${folder}, or a state folder with a shorter path: the path of a socket in it has at most ${launcherLimits.socketPathBytesMax} bytes`,
  });
}

const entryAt = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false });

function made(folder: string): Stats {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return lstatSync(folder);
}

const refused = (folder: string, because: string, hint: Hint): RingmasterError =>
  new RingmasterError('config.invalid', { cannot: `put a socket into ${folder}`, because, hint, fields: { folder } });
