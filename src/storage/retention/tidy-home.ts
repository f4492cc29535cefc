import { lstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { contentToRemove, type RetentionConfig, type StoredContent } from '../../domain/cluster/retention.ts';
import { snapshotManifest, statePaths } from '../../domain/cluster/state-paths.ts';
import { removeFolderSync } from '../../system/remove-folder.ts';
import { retentionLimits } from '../limits.ts';
import { neededContent } from './needed-content.ts';

export interface TidyResult {
  readonly removed: number;
  readonly bytes: number;
}

/** The names of our own content: a sha256 or another digest in hex. Other names in these folders are not ours, and stay. */
const contentName = /^[0-9a-f]{16,64}$/;

/**
 * Removes the blobs and the payload snapshots at home that nothing needs and that are older than the limit. Also removes blobs that a killed process
 * left unfinished. Returns how much was removed.
 */
export function tidyHome(state: string, { filesMs, champions }: RetentionConfig, nowMs: number): TidyResult {
  const { blobs, payloads } = statePaths(state);
  let removed = removeUnfinished(blobs, nowMs);
  if (filesMs === undefined) return removed;
  const facts = { ...neededContent(state, champions), ageMsMax: filesMs, nowMs };
  for (const name of contentToRemove({ ...facts, stored: storedIn(blobs) })) removed = plus(removed, remove(join(blobs, name)));
  for (const name of contentToRemove({ ...facts, stored: storedIn(payloads) })) removed = plus(removed, removeSnapshot(join(payloads, name)));
  return removed;
}

const storedIn = (folder: string): readonly StoredContent[] =>
  namesIn(folder)
    .filter((name) => contentName.test(name))
    .flatMap((name) => {
      const found = lstatSync(join(folder, name), { throwIfNoEntry: false });
      return found === undefined || found.isSymbolicLink() ? [] : [{ name, atMs: found.mtimeMs }];
    });

function removeUnfinished(blobs: string, nowMs: number): TidyResult {
  let removed: TidyResult = { removed: 0, bytes: 0 };
  for (const name of namesIn(blobs).filter((one) => one.startsWith('.incoming-'))) {
    const path = join(blobs, name);
    const at = lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? nowMs;
    if (nowMs - at > retentionLimits.unfinishedMsMax) removed = plus(removed, remove(path));
  }
  return removed;
}

function remove(path: string): TidyResult {
  const bytes = bytesOf(path);
  rmSync(path, { recursive: true, force: true });
  return { removed: 1, bytes };
}

/** A snapshot loses its name before it is removed, so that an interrupted removal leaves no half that looks whole. */
function removeSnapshot(path: string): TidyResult {
  const bytes = bytesOf(path);
  const gone = `${dirname(path)}/.gone.${basename(path)}.${process.pid}`;
  renameSync(path, gone);
  rmSync(snapshotManifest(path), { force: true });
  removeFolderSync(gone);
  return { removed: 1, bytes };
}

/** A link is not followed: a payload may have a link to one of its own folders. */
export function bytesOf(path: string | Buffer): number {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.size;
  let sum = 0;
  for (const name of readdirSync(path, { encoding: 'buffer' })) sum += bytesOf(Buffer.concat([Buffer.from(path), Buffer.from('/'), name]));
  return sum;
}

const plus = (a: TidyResult, b: TidyResult): TidyResult => ({ removed: a.removed + b.removed, bytes: a.bytes + b.bytes });

export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
