import { chmod, copyFile, type FileHandle, mkdir, open, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { copyLimits } from '../../limits.ts';
import { bytesOf, placeOf } from './file-name.ts';
import { inBatches } from './in-batches.ts';
import { modeOf, sharedRights } from './modes.ts';
import { openFile } from './open-file.ts';
import type { TreeEntry } from './tree-entry.ts';
import { hasHoles } from './walk-tree.ts';

/** Copies the entries of a tree on this machine into a new folder, with the rights of a version. */
export async function copyTree(from: string, to: string, entries: readonly TreeEntry[], signal?: AbortSignal): Promise<void> {
  const made = new Set<string>();
  const makeFolder = async (path: string): Promise<void> => {
    if (made.has(path)) return;
    made.add(path);
    if (path !== '.') await makeFolder(dirname(path));
    await mkdir(placeOf(to, path), { mode: sharedRights.executable });
  };
  await makeFolder('.');
  for (const { path, kind } of entries) await makeFolder(kind === 'folder' ? path : dirname(path));
  await inBatches(entries, (entry) => copyEntry(from, to, entry), signal);
}

async function copyEntry(from: string, to: string, { path, kind = 'file', target = '' }: TreeEntry): Promise<void> {
  const place = placeOf(to, path);
  if (kind === 'folder') return;
  if (kind === 'link') return symlink(bytesOf(target), place);
  const file = await openFile(placeOf(from, path));
  try {
    if (hasHoles(await file.stat())) await copyWithHoles(file, place);
    // The kernel opens the same file again by its descriptor, and copies without a pass through this process. It fills the holes.
    else await copyFile(`/proc/self/fd/${file.fd}`, place);
  } finally {
    await file.close();
  }
  await chmod(place, modeOf(sharedRights, kind));
}

const zeros = Buffer.alloc(copyLimits.holeBytes);

/** Copies a file, and leaves a hole where a whole part is zeros. */
async function copyWithHoles(from: FileHandle, place: string | Buffer): Promise<void> {
  const to = await open(place, 'wx');
  try {
    const part = Buffer.alloc(copyLimits.holeBytes);
    let at = 0;
    for (;;) {
      const { bytesRead } = await from.read(part, 0, part.length, at);
      if (bytesRead === 0) break;
      const isHole = part.subarray(0, bytesRead).equals(zeros.subarray(0, bytesRead));
      for (let sent = isHole ? bytesRead : 0; sent < bytesRead;) sent += (await to.write(part, sent, bytesRead - sent, at + sent)).bytesWritten;
      at += bytesRead;
    }
    await to.truncate(at);
  } finally {
    await to.close();
  }
}
