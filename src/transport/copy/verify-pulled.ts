import { chmod, lstat, mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { distrust, readManifest } from './replica.ts';
import { sha256Files } from './sha256-files.ts';
import { corrupt } from './transfer-failure.ts';
import type { TreeManifest } from './tree-manifest.ts';
import { bytesOf, placeOf, shownName } from './tree/file-name.ts';
import { modeOf, privateRights } from './tree/modes.ts';
import type { TreeEntry } from './tree/tree-entry.ts';
import { walkTree } from './tree/walk-tree.ts';

/** Returns the entries that a transfer brings: files. Links and empty folders are made at home. */
export const filesOf = ({ entries }: TreeManifest): readonly TreeEntry[] => entries.filter(({ kind }) => kind !== 'link' && kind !== 'folder');

/**
 * Removes from `incoming` what an interrupted pull left and the dataset no longer has. The parts of files that rsync keeps in folders called `partial`
 * stay. Returns the names of what is no file.
 */
export async function keepWanted(incoming: string, manifest: TreeManifest, partial?: string): Promise<readonly string[]> {
  const wanted = new Set(filesOf(manifest).map(({ path }) => path));
  const odd: string[] = [];
  const { found, refused } = await walkTree(incoming);
  for (const entry of [...found, ...refused]) {
    const isFile = 'kind' in entry && (entry.kind === 'file' || entry.kind === 'executable');
    if (isFile && (wanted.has(entry.path) || (partial !== undefined && entry.path.split('/').includes(partial)))) continue;
    await rm(placeOf(incoming, entry.path), { recursive: true, force: true });
    if (!isFile && !('kind' in entry && entry.kind === 'folder')) odd.push(entry.path);
  }
  return odd;
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
  const odd = await keepWanted(incoming, manifest);
  if (odd.length > 0) throw corrupt(node, dataset, `${odd.map(shownName).join(', ')}: not a regular file`);
  const files = filesOf(manifest);
  const trusted = before === undefined ? new Map<string, string>() : await readManifest(to, before);
  const fresh: string[] = [];
  const bad: string[] = [];
  for (const { path, sha256, kind = 'file' } of files) {
    const found = await lstat(placeOf(incoming, path)).catch(() => undefined);
    const isExecutable = found !== undefined && (found.mode & 0o111) !== 0;
    if (found === undefined || (!setsModes && isExecutable !== (kind === 'executable'))) bad.push(path);
    else if (trusted.get(path) !== sha256 || !(await isSameFile(found, placeOf(join(to, 'v', before ?? ''), path)))) fresh.push(path);
  }
  const sums = await sha256Files(incoming, fresh, signal);
  for (const { path, sha256 } of files) if (sums.has(path) && sums.get(path) !== sha256) bad.push(path);
  if (bad.length > 0) {
    await distrust(to);
    await Promise.all(bad.map((path) => rm(placeOf(incoming, path), { force: true })));
    throw corrupt(node, dataset, bad.map(shownName).join('\n'));
  }
  if (setsModes) for (const { path, kind = 'file' } of files) await chmod(placeOf(incoming, path), modeOf(privateRights, kind));
  for (const { path, kind, target } of manifest.entries) {
    if (kind === 'folder') await mkdir(placeOf(incoming, path), { recursive: true });
    else if (kind === 'link') {
      await mkdir(placeOf(incoming, dirname(path)), { recursive: true });
      await symlink(bytesOf(target ?? ''), placeOf(incoming, path));
    }
  }
}

const isSameFile = (one: { readonly ino: number; readonly dev: number }, other: string | Buffer): Promise<boolean> =>
  lstat(other).then(
    (found) => found.ino === one.ino && found.dev === one.dev,
    () => false,
  );
