import { createHash } from 'node:crypto';
import { copyLimits } from '../limits.ts';
import { sha256Files } from './sha256-files.ts';
import { manifestText } from './tree/manifest-line.ts';
import { refusedTree } from './tree/refused-tree.ts';
import { noSum, type TreeEntry } from './tree/tree-entry.ts';
import { type FoundEntry, missingTree, walkTree } from './tree/walk-tree.ts';

/** Everything in a tree, sorted by path (bytewise). */
export interface TreeManifest {
  readonly entries: readonly TreeEntry[];
  /** The lines of `tree/manifest-line.ts`. */
  readonly text: Buffer;
  /** sha256 of the text. */
  readonly digest: string;
}

/** Returns the manifest of the entries, which may come in any order. */
export function manifestOf(entries: readonly TreeEntry[]): TreeManifest {
  const { sorted, text } = manifestText(entries);
  return { entries: sorted, text, digest: createHash('sha256').update(text).digest('hex') };
}

/**
 * Returns the manifest that an older release made of the same tree: the files only, without their executable bits. Items and turns that began under that
 * release name their payload by its digest.
 */
export const olderManifestOf = ({ entries }: TreeManifest): TreeManifest =>
  manifestOf(
    entries.flatMap(({ kind = 'file', ...entry }) => (kind === 'file' || kind === 'executable' ? [{ ...entry, kind: 'file' as const }] : [])),
  );

/** Returns the part of a `CopyResult` that describes the tree. */
export const summaryOf = ({ digest, entries }: TreeManifest): { readonly digest: string; readonly files: number; readonly bytes: number } => ({
  digest,
  files: entries.filter(({ kind }) => kind !== 'folder').length,
  bytes: entries.reduce((sum, entry) => sum + entry.bytes, 0),
});

/** The checksum of a file, and a stamp of the size, times and inode that the file had when it was read. */
interface Stamp {
  readonly stamp: string;
  readonly sha256: string;
}
const cache = new Map<string, Stamp>();

export interface Tree {
  /** The total size of the files that must be read, because their size, times or inode changed since they were last read. */
  readonly staleBytes: number;
  /** The paths of all entries. */
  readonly paths: readonly string[];
  /** The paths of the files that take less space than their sizes. */
  readonly withHoles: readonly string[];
  /** The total size of the files. */
  readonly bytes: number;
  readonly read: (signal?: AbortSignal) => Promise<TreeManifest>;
  /** Returns the paths of entries that came, went or changed since this tree was listed. */
  readonly changes: () => Promise<readonly string[]>;
}

/**
 * Lists a folder at home. The method `read` of the result returns the manifest. A file whose size, times and inode are unchanged is not read again.
 * A folder with an entry that cannot be carried is refused, and nothing of it is read.
 */
export async function openTree(root: string): Promise<Tree> {
  const { found, refused } = await walkTree(root);
  if (refused.length > 0) throw refusedTree(root, refused);
  const stale = found.filter((entry) => isFile(entry) && cache.get(keyOf(root, entry))?.stamp !== entry.stamp);
  const staleBytes = stale.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    staleBytes,
    paths: found.map(({ path }) => path),
    withHoles: found.flatMap((entry) => (entry.hasHoles === true ? [entry.path] : [])),
    bytes: found.reduce((sum, { bytes }) => sum + bytes, 0),
    read: (signal) => read(root, found, stale, signal),
    changes: () => changesSince(root, found),
  };
}

/** Returns the manifest of a folder at home. */
export const readTree = async (root: string, signal?: AbortSignal): Promise<TreeManifest> => (await openTree(root)).read(signal);

const isFile = ({ kind }: FoundEntry): boolean => kind === 'file' || kind === 'executable';
const keyOf = (root: string, { path }: FoundEntry): string => `${root}/${path}`;

async function read(root: string, found: readonly FoundEntry[], stale: readonly FoundEntry[], signal?: AbortSignal): Promise<TreeManifest> {
  const before = new Map(
    found.flatMap((entry) => {
      const known = cache.get(keyOf(root, entry));
      return isFile(entry) && known?.stamp === entry.stamp ? [[entry.path, known.sha256]] : [];
    }),
  );
  const sums = await sha256Files(
    root,
    stale.map(({ path }) => path),
    signal,
  );
  if (cache.size + stale.length > copyLimits.sumsKeptMax) cache.clear();
  const readAtMs = Date.now();
  return manifestOf(
    found.map((entry) => {
      const { path, bytes, stamp, ctimeMs, kind, target } = entry;
      if (!isFile(entry)) return { path, bytes, sha256: noSum, kind, ...(target === undefined ? {} : { target }) };
      const sha256 = sums.get(path) ?? before.get(path);
      if (sha256 === undefined) throw missingTree(root, `${path} changed while it was read`);
      // A file that was written a moment ago can change again within the same tick of the clock. The checksum of such a file is not kept, so the next
      // call reads the file again.
      if (readAtMs - ctimeMs > copyLimits.settledMs) cache.set(keyOf(root, entry), { stamp, sha256 });
      return { path, bytes, sha256, kind };
    }),
  );
}

async function changesSince(root: string, before: readonly FoundEntry[]): Promise<readonly string[]> {
  const told = ({ kind, stamp }: FoundEntry): string => `${kind} ${stamp}`;
  const left = new Map(before.map((entry) => [entry.path, told(entry)]));
  const changed: string[] = [];
  for (const entry of (await walkTree(root)).found) {
    if (left.get(entry.path) !== told(entry)) changed.push(entry.path);
    left.delete(entry.path);
  }
  return [...changed, ...left.keys()];
}
