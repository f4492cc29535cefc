import { randomUUID } from 'node:crypto';
import { mkdir, readdir, realpath, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { snapshotManifest } from '../../src/domain/cluster/state-paths.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { treeLimits } from '../../src/transport/limits.ts';
import { olderManifestOf, openTree, readTree, type TreeManifest } from '../../src/transport/copy/tree-manifest.ts';
import { copyTree } from '../../src/transport/copy/tree/copy-tree.ts';
import { discard, isThere } from '../../src/transport/copy/tree/discard.ts';
import { changedEntries, changingTree, isCausedByChange } from '../../src/transport/copy/tree/refused-tree.ts';
import { leftoverAgeMs } from '../limits.ts';
import type { Home } from './home.ts';

/**
 * Copies the payload's folder to the payloads at home and returns its digest. The copy has a temporary name until its digest is checked. Then its manifest
 * is written, and the copy is renamed to the digest. When a payload with this digest is already at home, its content is the same, and no file is copied.
 * A folder that changes meanwhile is copied again, a limited number of times.
 */
export async function snapshotPayload(named: string, home: Home, signal: AbortSignal): Promise<{ readonly digest: string }> {
  const folder = await realpath(named).catch(() => named);
  let changed: readonly string[] = [];
  for (let copies = 0; copies < treeLimits.changedCopiesMax; copies += 1) {
    const tree = await openTree(folder);
    const manifest = await tree.read(signal).catch(async (error: unknown) => {
      changed = isCausedByChange(error) ? await tree.changes() : [];
      if (changed.length === 0) throw error;
      return undefined;
    });
    if (manifest === undefined) continue;
    const target = home.payload(manifest.digest);
    if (await isWhole(target, manifest, signal)) {
      // The time of a snapshot says when it was needed last (`tidyHome`).
      const now = new Date();
      await utimes(target, now, now);
      return { digest: manifest.digest };
    }
    changed = await takeSnapshot(folder, target, manifest, signal);
    if (changed.length === 0) return { digest: manifest.digest };
  }
  throw changingTree(folder, changed);
}

/**
 * Returns whether the snapshot is there and whole. A snapshot is whole when its manifest is beside it. A snapshot of an older release has no manifest, so it
 * is read once. A snapshot that lost files is removed, so that it is taken again.
 */
async function isWhole(target: string, { digest, text }: TreeManifest, signal: AbortSignal): Promise<boolean> {
  if (!(await isThere(target))) return false;
  if (await isThere(snapshotManifest(target))) return true;
  const found = await readTree(target, signal).catch((error: unknown) => {
    if (signal.aborted || !(error instanceof RingmasterError)) throw error;
    return undefined;
  });
  if (found !== undefined && [found.digest, olderManifestOf(found).digest].includes(digest)) {
    await writeFile(snapshotManifest(target), text);
    return true;
  }
  await discard(target);
  return false;
}

/** Copies the payload. Returns the names of the entries that changed while they were copied. The snapshot then does not exist. */
async function takeSnapshot(folder: string, target: string, manifest: TreeManifest, signal: AbortSignal): Promise<readonly string[]> {
  const copy = `${target}.${randomUUID()}.new`;
  await mkdir(dirname(target), { recursive: true });
  await removeLeftovers(dirname(target));
  try {
    await copyTree(folder, copy, manifest.entries, signal);
  } catch (error) {
    await discard(copy);
    // A file that went is named by the comparison with the folder as it is now.
    const changed = changedEntries(manifest.entries, (await readTree(folder, signal)).entries);
    if (changed.length === 0) throw error;
    return changed;
  }
  const copied = await readTree(copy, signal);
  if (copied.digest !== manifest.digest) {
    await discard(copy);
    return changedEntries(manifest.entries, copied.entries);
  }
  await writeFile(snapshotManifest(target), manifest.text);
  await rename(copy, target).catch(async (error: unknown) => {
    await discard(copy);
    // Another pipeline with the same payload may have renamed its copy first. The target then has the same content.
    if (!(await isThere(target))) throw error;
  });
  return [];
}

/** Removes copies that a gateway left behind when it died, and what is left of snapshots that were being removed. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now());
    if ((name.endsWith('.new') || name.startsWith('.gone.')) && age > leftoverAgeMs) await discard(path);
  }
}
