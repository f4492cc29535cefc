import { constants, type Dirent, type Stats } from 'node:fs';
import { access, lstat, readdir, readlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RingmasterError } from '../../../domain/failure/error.ts';
import { treeLimits } from '../../limits.ts';
import { bytesOf, nameOf, placeOf } from './file-name.ts';
import { inBatches } from './in-batches.ts';
import { linkFault } from './link-rule.ts';
import { type RefusedEntry, refusedTree, type TreeFault, wholeTree } from './refused-tree.ts';
import type { TreeKind } from './tree-entry.ts';

/** An entry of a tree at home. */
export interface FoundEntry {
  readonly path: string;
  readonly kind: TreeKind;
  readonly bytes: number;
  readonly target?: string;
  /** Two stamps are equal when size, times and inode are equal. The stamp of a link is its target. */
  readonly stamp: string;
  /** Two names with the same inode are one file. */
  readonly inode: string;
  readonly ctimeMs: number;
  /** True for a file that takes less space than its size, because it has holes. */
  readonly hasHoles?: true;
}

export interface Walked {
  readonly found: readonly FoundEntry[];
  /** Entries that cannot be carried. None of them was opened. */
  readonly refused: readonly RefusedEntry[];
}

/**
 * Lists a folder at home. Snapshots, manifests and transfers all take what this walk finds. It follows no link and opens no file. An entry that is
 * removed during the walk is left out. A folder that may not be read or entered is refused once, without its entries. When it is the root, the walk
 * fails.
 */
export async function walkTree(root: string): Promise<Walked> {
  const found: FoundEntry[] = [];
  const refused: RefusedEntry[] = [];
  const links = new Map<string, string>();
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = await entriesOf(root, folder);
    if (entries === closed) {
      if (folder === '') throw refusedTree(root, [{ path: await closedPlace(root), fault: 'unreadable' }]);
      refused.push({ path: folder, fault: 'unreadable' });
      continue;
    }
    let count = 0;
    for (const seen of entries) {
      if (seen === undefined) continue;
      count += 1;
      if ('fault' in seen) refused.push(seen);
      else if (seen.kind === 'folder') folders.push(seen.path);
      else {
        found.push(seen);
        if (seen.target !== undefined) links.set(seen.path, seen.target);
      }
    }
    if (count === 0 && folder !== '') found.push({ path: folder, kind: 'folder', bytes: 0, stamp: '', inode: '', ctimeMs: 0 });
  }
  for (const [path, target] of links) {
    const fault = linkFault(path, links);
    if (fault !== undefined) refused.push({ path, fault, target });
  }
  return { found, refused };
}

/** The user of Ringmaster may not read a folder, or may not enter it. */
const closed = 'closed';

/** Returns the entries of a folder. An entry that was removed meanwhile is undefined. */
async function entriesOf(root: string, folder: string): Promise<readonly (FoundEntry | RefusedEntry | undefined)[] | typeof closed> {
  const names = await namesOf(root, folder);
  if (names === closed) return closed;
  const below = folder === '' ? '' : `${folder}/`;
  const seen: (FoundEntry | RefusedEntry | undefined)[] = [];
  for (const one of await inBatches(names, (name) => look(root, `${below}${name}`))) {
    if (one === closed) return closed;
    seen.push(one);
  }
  return seen;
}

async function namesOf(root: string, folder: string): Promise<readonly string[] | typeof closed> {
  try {
    const names: readonly Buffer[] = await readdir(placeOf(root, folder), { encoding: 'buffer' });
    return names.map(nameOf);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EACCES') return closed;
    if (code === 'ENOENT' && folder !== '') return [];
    throw missingTree(root, code ?? String(error));
  }
}

/** Returns the path of the folder that closes a tree: the tree itself, or the nearest folder above that may not be entered. */
async function closedPlace(root: string): Promise<string> {
  let at = root;
  while (dirname(at) !== at && (await lstat(at).catch(codeOf)) === 'EACCES') at = dirname(at);
  return at === root ? wholeTree : at;
}

async function look(root: string, path: string): Promise<FoundEntry | RefusedEntry | typeof closed | undefined> {
  if (bytesOf(path).length > treeLimits.pathBytesMax) return { path, fault: 'long-path' };
  const place = placeOf(root, path);
  try {
    const stats = await lstat(place);
    const { size: bytes, mtimeMs, ctimeMs, ino } = stats;
    const inode = inodeOf(stats);
    const special = specialOf(stats);
    if (special !== undefined) return { path, fault: special };
    if (stats.isDirectory()) return { path, kind: 'folder', bytes: 0, stamp: '', inode, ctimeMs };
    if (stats.isSymbolicLink()) {
      const target = nameOf(await readlink(place, { encoding: 'buffer' }));
      return { path, kind: 'link', bytes: 0, target, stamp: target, inode, ctimeMs };
    }
    if (!(await isReadable(place, stats))) return { path, fault: 'unreadable' };
    // A file that anyone may execute is executable for its owner on the node, as `chmod u=rwX` makes it.
    const kind = (stats.mode & 0o111) === 0 ? 'file' : 'executable';
    return { ...(hasHoles(stats) ? { hasHoles: true } : {}), path, kind, bytes, stamp: `${bytes}/${mtimeMs}/${ctimeMs}/${ino}`, inode, ctimeMs };
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return undefined;
    // The folder of the entry may not be entered.
    if (code === 'EACCES') return closed;
    throw error;
  }
}

const specialOf = (stats: Stats | Dirent): TreeFault | undefined => {
  if (stats.isSocket()) return 'socket';
  if (stats.isFIFO()) return 'fifo';
  return stats.isBlockDevice() || stats.isCharacterDevice() ? 'device' : undefined;
};

/** The mode of most files says that their owner may read them. Only for the others the kernel is asked. */
async function isReadable(place: string | Buffer, { mode, uid }: Stats): Promise<boolean> {
  const me = process.getuid?.() ?? 0;
  if (me === 0 || (me === uid && (mode & 0o400) !== 0)) return true;
  return access(place, constants.R_OK).then(
    () => true,
    () => false,
  );
}

/** The unit of `st_blocks`. */
const blockBytes = 512;

/** Returns whether a file takes less space than its size. A file system that compresses has such files too. */
export const hasHoles = ({ blocks, size }: Pick<Stats, 'blocks' | 'size'>): boolean => blocks * blockBytes < size;

/** Returns the text by which two names of one file are known. */
export const inodeOf = ({ dev, ino }: Pick<Stats, 'dev' | 'ino'>): string => `${dev}/${ino}`;

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** Returns the failure of a folder that is not there. */
export const missingTree = (root: string, because: string): RingmasterError =>
  new RingmasterError('sync.source-missing', {
    cannot: `read the tree ${root}`,
    because,
    hint: { say: 'putting the folder back, or correcting its path in the cluster file' },
    fields: { path: root },
  });
