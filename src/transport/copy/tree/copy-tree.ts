import { chmod, copyFile, mkdir, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { bytesOf, placeOf } from './file-name.ts';
import { inBatches } from './in-batches.ts';
import { modeOf, sharedRights } from './modes.ts';
import { openFile } from './open-file.ts';
import type { TreeEntry } from './tree-entry.ts';

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
    // The kernel opens the same file again by its descriptor, and copies without a pass through this process.
    await copyFile(`/proc/self/fd/${file.fd}`, place);
  } finally {
    await file.close();
  }
  await chmod(place, modeOf(sharedRights, kind));
}
