import { createHash } from 'node:crypto';
import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RingmasterError } from '../../domain/failure/error.ts';
import { copyLimits } from '../limits.ts';
import { sha256Files } from './sha256-files.ts';

export interface TreeEntry {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The regular files of a tree, sorted by path (bytewise). */
export interface TreeManifest {
  readonly entries: readonly TreeEntry[];
  /** One line `<sha256>  <path>` for each file, as `sha256sum -c` reads it. */
  readonly text: string;
  /** sha256 of the text. */
  readonly digest: string;
}

/** Returns the manifest of the entries, which may come in any order. */
export const manifestOf = (entries: readonly TreeEntry[]): TreeManifest => {
  const sorted = [...entries].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  const text = sorted.map(({ sha256, path }) => `${sha256}  ${path}\n`).join('');
  return { entries: sorted, text, digest: createHash('sha256').update(text).digest('hex') };
};

/** Returns the part of a `CopyResult` that describes the tree. */
export const summaryOf = ({ digest, entries }: TreeManifest): { readonly digest: string; readonly files: number; readonly bytes: number } => ({
  digest,
  files: entries.length,
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
  readonly read: (signal?: AbortSignal) => Promise<TreeManifest>;
}

/**
 * Lists a folder at home. The method `read` of the result returns the manifest. A file whose size, times and inode are unchanged is not read again.
 */
export async function openTree(root: string): Promise<Tree> {
  const found = await walk(root);
  const stale = found.filter(({ key, stamp }) => cache.get(key)?.stamp !== stamp);
  const staleBytes = stale.reduce((sum, { bytes }) => sum + bytes, 0);
  return { staleBytes, read: (signal) => read(root, found, stale, signal) };
}

/** Returns the manifest of a folder at home. */
export const readTree = async (root: string, signal?: AbortSignal): Promise<TreeManifest> => (await openTree(root)).read(signal);

async function read(root: string, found: readonly Found[], stale: readonly Found[], signal?: AbortSignal): Promise<TreeManifest> {
  const before = new Map(
    found.flatMap(({ path, key, stamp }) => {
      const known = cache.get(key);
      return known?.stamp === stamp ? [[path, known.sha256]] : [];
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
    found.map(({ path, bytes, key, stamp, ctimeMs }) => {
      const sha256 = sums.get(path) ?? before.get(path);
      if (sha256 === undefined) throw missing(root, `${path} changed while it was read`);
      // A file that was written a moment ago can change again within the same tick of the clock. The checksum of such a file is not kept, so the next
      // call reads the file again.
      if (readAtMs - ctimeMs > copyLimits.settledMs) cache.set(key, { stamp, sha256 });
      return { path, bytes, sha256 };
    }),
  );
}

interface Found {
  readonly path: string;
  readonly bytes: number;
  readonly key: string;
  readonly stamp: string;
  readonly ctimeMs: number;
}

async function walk(root: string, below = ''): Promise<Found[]> {
  const found: Found[] = [];
  const folder = await opendir(join(root, below)).catch((error: unknown) => {
    throw missing(root, (error as NodeJS.ErrnoException).code ?? String(error));
  });
  for await (const entry of folder) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await walk(root, path)));
    else if (entry.isFile()) {
      if (path.includes('\n') || path.includes('\\')) throw missing(root, `the name ${JSON.stringify(path)} holds a newline or backslash`);
      const key = join(root, path);
      const { size, mtimeMs, ctimeMs, ino } = await stat(key);
      found.push({ path, bytes: size, key, stamp: `${size}/${mtimeMs}/${ctimeMs}/${ino}`, ctimeMs });
    }
  }
  return found;
}

const missing = (root: string, because: string): RingmasterError =>
  new RingmasterError('sync.source-missing', {
    cannot: `read the tree ${root}`,
    because,
    hint: { say: 'checking the path in the cluster file' },
    fields: { path: root },
  });
