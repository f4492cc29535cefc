import { chmod, lstat, mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { distrust, readManifest } from './replica.ts';
import { sha256Files } from './sha256-files.ts';
import { corrupt } from './transfer-failure.ts';
import type { TreeManifest } from './tree-manifest.ts';
import { bytesOf, placeOf, shownName } from './tree/file-name.ts';
import { inBatches } from './tree/in-batches.ts';
import { modeOf, privateRights } from './tree/modes.ts';
import { foldersOf, type TreeEntry } from './tree/tree-entry.ts';
import { type FoundEntry, inodeOf, walkTree } from './tree/walk-tree.ts';

/** Returns the entries that a transfer brings: files. Links and empty folders are made at home. */
export const filesOf = ({ entries }: TreeManifest): readonly TreeEntry[] => entries.filter(({ kind }) => kind !== 'link' && kind !== 'folder');

export interface Kept {
  /** The files that the version has, or that rsync was sending. */
  readonly files: ReadonlyMap<string, FoundEntry>;
  /** The names of what was no file. */
  readonly odd: ReadonlySet<string>;
}

/**
 * Removes from `incoming` what the version does not have: what an interrupted pull left, and what came into the dataset after it was listed. The parts of
 * files that rsync keeps in folders called `partial` stay.
 */
export async function keepWanted(incoming: string, manifest: TreeManifest, partial?: string): Promise<Kept> {
  const wanted = new Set(filesOf(manifest).map(({ path }) => path));
  const folders = foldersOf(wanted);
  const files = new Map<string, FoundEntry>();
  const odd = new Set<string>();
  const unwanted = new Set<string>();
  const { found, refused } = await walkTree(incoming);
  for (const entry of [...found, ...refused]) {
    const { path } = entry;
    const isFile = 'kind' in entry && (entry.kind === 'file' || entry.kind === 'executable');
    if (isFile && (wanted.has(path) || (partial !== undefined && path.split('/').includes(partial)))) files.set(path, entry);
    else {
      unwanted.add(highestOutside(path, folders));
      if (!isFile && !('kind' in entry && entry.kind === 'folder')) odd.add(path);
    }
  }
  await inBatches([...unwanted], (path) => rm(placeOf(incoming, path), { recursive: true, force: true }));
  return { files, odd };
}

/** Returns the path of the highest folder above an entry that is none of the folders, or the path of the entry itself. */
function highestOutside(path: string, folders: ReadonlySet<string>): string {
  for (let end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1)) if (!folders.has(path.slice(0, end))) return path.slice(0, end);
  return path;
}

interface Pulled {
  readonly dataset: string;
  readonly to: string;
  readonly manifest: TreeManifest;
  /** The version from which files were taken over. */
  readonly before: string | undefined;
  /** True when the files have arrived with the modes that they have on the node. */
  readonly setsModes: boolean;
}

/** Verifies the files in `incoming`, then adds the links and the empty folders. */
export async function verifyPulled(node: string, pulled: Pulled, signal?: AbortSignal): Promise<void> {
  const { dataset, to, manifest, before, setsModes } = pulled;
  const incoming = join(to, 'incoming');
  // A link is followed when it is read, and could lead to any file of this machine.
  const { files: here, odd } = await keepWanted(incoming, manifest);
  if (odd.size > 0) throw corrupt(node, dataset, `${[...odd].map(shownName).join(', ')}: not a regular file`);
  const files = filesOf(manifest);
  const taken = before === undefined ? new Set<string>() : await takenOver(to, before, files, here, signal);
  const isRight = ({ path, kind = 'file' }: TreeEntry): boolean => here.has(path) && (setsModes || here.get(path)?.kind === kind);
  const bad = files.filter((file) => !isRight(file)).map(({ path }) => path);
  const fresh = files.filter((file) => isRight(file) && !taken.has(file.path)).map(({ path }) => path);
  const sums = await sha256Files(incoming, fresh, signal);
  for (const { path, sha256 } of files) if (sums.has(path) && sums.get(path) !== sha256) bad.push(path);
  if (bad.length > 0) {
    await distrust(to);
    await inBatches(bad, (path) => rm(placeOf(incoming, path), { force: true }));
    throw corrupt(node, dataset, bad.map(shownName).join('\n'));
  }
  if (setsModes) await inBatches(files, ({ path, kind = 'file' }) => chmod(placeOf(incoming, path), modeOf(privateRights, kind)), signal);
  for (const { path, kind, target } of manifest.entries) {
    if (kind === 'folder') await mkdir(placeOf(incoming, path), { recursive: true });
    else if (kind === 'link') {
      await mkdir(placeOf(incoming, dirname(path)), { recursive: true });
      await symlink(bytesOf(target ?? ''), placeOf(incoming, path));
    }
  }
}

/** Returns the paths of files that are hard links to files of the version `before`, which were verified with the same checksum. */
async function takenOver(
  to: string,
  before: string,
  files: readonly TreeEntry[],
  here: ReadonlyMap<string, FoundEntry>,
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<string>> {
  const trusted = await readManifest(to, before);
  const same = files.filter(({ path, sha256 }) => trusted.get(path) === sha256);
  const version = join(to, 'v', before);
  const linked = await inBatches(
    same,
    async ({ path }) => {
      const found = await lstat(placeOf(version, path)).catch(() => undefined);
      return found !== undefined && inodeOf(found) === here.get(path)?.inode ? [path] : [];
    },
    signal,
  );
  return new Set(linked.flat());
}
