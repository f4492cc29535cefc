import { constants, type Dirent, type Stats } from 'node:fs';
import { access, lstat, readdir, readlink } from 'node:fs/promises';
import { RingmasterError } from '../../../domain/failure/error.ts';
import { treeLimits } from '../../limits.ts';
import { bytesOf, nameOf, placeOf } from './file-name.ts';
import { inBatches } from './in-batches.ts';
import { linkFault } from './link-rule.ts';
import type { RefusedEntry, TreeFault } from './refused-tree.ts';
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
}

export interface Walked {
  readonly found: readonly FoundEntry[];
  /** Entries that cannot be carried. None of them was opened. */
  readonly refused: readonly RefusedEntry[];
}

/**
 * Lists a folder at home. Snapshots, manifests and transfers all take what this walk finds. It follows no link and opens no file. An entry that is
 * removed during the walk is left out.
 */
export async function walkTree(root: string): Promise<Walked> {
  const found: FoundEntry[] = [];
  const refused: RefusedEntry[] = [];
  const links = new Map<string, string>();
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const names = await namesOf(root, folder);
    if (names === 'unreadable') {
      refused.push({ path: folder, fault: 'unreadable' });
      continue;
    }
    const below = folder === '' ? '' : `${folder}/`;
    let count = 0;
    for (const seen of await inBatches(names, (name) => look(root, `${below}${name}`))) {
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

async function namesOf(root: string, folder: string): Promise<readonly string[] | 'unreadable'> {
  try {
    const names: readonly Buffer[] = await readdir(placeOf(root, folder), { encoding: 'buffer' });
    return names.map(nameOf);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EACCES' && folder !== '') return 'unreadable';
    if (code === 'ENOENT' && folder !== '') return [];
    throw missingTree(root, code ?? String(error));
  }
}

async function look(root: string, path: string): Promise<FoundEntry | RefusedEntry | undefined> {
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
    return { path, kind, bytes, stamp: `${bytes}/${mtimeMs}/${ctimeMs}/${ino}`, inode, ctimeMs };
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return undefined;
    if (code === 'EACCES') return { path, fault: 'unreadable' };
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
