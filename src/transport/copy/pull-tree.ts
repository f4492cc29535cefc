import { mkdir, readdir, readFile, readlink, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RingmasterError } from '../../domain/failure/failure.ts';
import type { CopyResult } from '../machine.ts';
import { parseSums } from './parse-sums.ts';
import { corrupt, type CopyTools, summary, withSignal } from './push-tree.ts';
import { quote } from '../quote.ts';
import { pipeline, remotePath, rsync, rsyncIsHere, transferFailure, treeFlags } from './rsync.ts';
import { pullTreeList } from '../script/copy.ts';
import { sha256Files } from './sha256-files.ts';
import { manifestOf, type TreeEntry, type TreeManifest } from './tree-manifest.ts';

const versionsKept = 2;
const listMsMax = 30 * 60_000;
const listBytesMax = 256 * 1024 * 1024;
/** Left by a pull that arrived wrong: the next one takes nothing over from `current`. */
const distrustMark = '.distrust';

/**
 * Node → home: the node's manifest first, so that files which arrive there meanwhile wait for the next pull; then as push: `incoming`, verified, swapped.
 * Files that were verified in the version before and are hard links to it are not read again; the node keeps its sums beside the dataset.
 */
export async function pullTree(
  tools: CopyTools,
  parts: { readonly dataset: string; readonly to: string; readonly signal?: AbortSignal; readonly bandwidthKibMax?: number },
): Promise<CopyResult> {
  const { dataset, to, signal } = parts;
  const { manifest, hasRsync } = await list(tools, dataset, signal);
  const before = await currentVersion(to);
  if (before === manifest.digest) return { ...summary(manifest), changed: false, method: 'none' };
  const incoming = join(to, 'incoming');
  await mkdir(join(to, 'v'), { recursive: true });
  await mkdir(incoming, { recursive: true });
  const method = hasRsync && rsyncIsHere() ? 'rsync' : 'tar';
  const distrust = await stat(join(to, distrustMark)).then(
    () => true,
    () => false,
  );
  await fetchFiles(tools, parts, method, incoming, manifest, before === undefined || distrust ? undefined : before);
  await verify(tools, dataset, to, incoming, manifest, before, signal);
  await swap(to, incoming, manifest.digest);
  return { ...summary(manifest), changed: true, method };
}

async function fetchFiles(
  { remote }: CopyTools,
  { dataset, bandwidthKibMax, signal }: { readonly dataset: string; readonly bandwidthKibMax?: number; readonly signal?: AbortSignal },
  method: 'rsync' | 'tar',
  incoming: string,
  { entries }: TreeManifest,
  before: string | undefined,
): Promise<void> {
  const names = entries.map(({ path }) => `${path}\0`).join('');
  if (method === 'tar') {
    // One a line and none that looks like an option: busybox knows no --null, and GNU reads options among names.
    const lines = entries.map(({ path }) => `./${path}\n`).join('');
    const there = `cd ${quote(`${remote.folder}/datasets/${dataset}`)} && tr '\\n' '\\0' | xargs -0 tar -cf -`;
    return pipeline(remote, { there, after: `tar -C ${quote(incoming)} -i -xf -` }, lines, signal);
  }
  const limit = bandwidthKibMax === undefined ? [] : [`--bwlimit=${bandwidthKibMax}`];
  const link = before === undefined ? ['--ignore-times'] : ['--link-dest=../current'];
  return rsync(
    remote,
    [
      ...treeFlags,
      '--partial-dir=.partial',
      '--files-from=-',
      '--from0',
      ...link,
      ...limit,
      remotePath(remote, `datasets/${dataset}/`),
      `${incoming}/`,
    ],
    names,
    signal,
  );
}

async function list(
  { node, script }: CopyTools,
  dataset: string,
  signal?: AbortSignal,
): Promise<{ readonly manifest: TreeManifest; readonly hasRsync: boolean }> {
  const seen = await script({ script: pullTreeList, args: [dataset], timeoutMs: listMsMax, outputBytesMax: listBytesMax, ...withSignal(signal) });
  if (seen.code === 66) {
    throw new RingmasterError('sync.source-missing', {
      cannot: `pull ${dataset} from ${node}`,
      because: `the node has no datasets/${dataset} yet`,
      hint: 'again when a job has left something there',
      fields: { node, dataset },
    });
  }
  if (seen.code !== 0) throw transferFailure(node, 'sha256sum', seen.code, seen.signal, seen.stderr);
  const [tool = '', ...lines] = seen.stdout.toString('utf8').split('\n');
  const entries = lines.flatMap((line): TreeEntry[] => {
    const [, bytes, sha256 = '', path = ''] = /^(\d+) ([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    return bytes === undefined ? [] : [{ path, bytes: Number(bytes), sha256 }];
  });
  return { manifest: manifestOf(entries), hasRsync: tool === 'rsync' };
}

export async function currentVersion(replica: string): Promise<string | undefined> {
  const link = await readlink(join(replica, 'current')).catch(() => undefined);
  return link?.startsWith('v/') === true ? link.slice(2) : undefined;
}

async function verify(
  { node }: CopyTools,
  dataset: string,
  to: string,
  incoming: string,
  manifest: TreeManifest,
  before: string | undefined,
  signal?: AbortSignal,
): Promise<void> {
  const wanted = new Set(manifest.entries.map((entry) => entry.path));
  for (const entry of await readdir(incoming, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory() && entry.name === '.partial') await rm(path, { recursive: true, force: true });
    // Left by an earlier pull that was interrupted, and gone from the node since.
    else if (!entry.isDirectory() && !wanted.has(path.slice(incoming.length + 1))) await rm(path, { force: true });
  }
  const trusted = before === undefined ? new Map<string, string>() : await readManifest(to, before);
  const fresh: string[] = [];
  for (const { path, sha256 } of manifest.entries) {
    const same = trusted.get(path) === sha256 && (await sameInode(join(incoming, path), join(to, 'v', before ?? '', path)));
    if (!same) fresh.push(path);
  }
  const sums = await sha256Files(incoming, fresh, signal);
  const bad = manifest.entries.filter(({ path, sha256 }) => sums.has(path) && sums.get(path) !== sha256).map((entry) => entry.path);
  if (bad.length > 0) {
    await writeFile(join(to, distrustMark), '');
    await Promise.all(bad.map((path) => rm(join(incoming, path), { force: true })));
    throw corrupt(node, dataset, bad.join('\n'));
  }
  await writeFile(join(to, 'v', `.manifest.${manifest.digest}`), manifest.text);
}

async function readManifest(to: string, version: string): Promise<Map<string, string>> {
  const text = await readFile(join(to, 'v', `.manifest.${version}`), 'utf8').catch(() => '');
  return parseSums(text);
}

async function sameInode(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([stat(one).catch(() => undefined), stat(other).catch(() => undefined)]);
  return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev;
}

async function swap(to: string, incoming: string, digest: string): Promise<void> {
  const version = join(to, 'v', digest);
  await rm(version, { recursive: true, force: true });
  await rename(incoming, version);
  const now = new Date();
  await utimes(version, now, now);
  await rm(join(to, '.current'), { force: true });
  await symlink(`v/${digest}`, join(to, '.current'));
  await rename(join(to, '.current'), join(to, 'current'));
  await rm(join(to, distrustMark), { force: true });
  const versions = await Promise.all(
    (await readdir(join(to, 'v')))
      .filter((name) => !name.startsWith('.'))
      .map(async (name) => ({ name, at: (await stat(join(to, 'v', name))).mtimeMs })),
  );
  for (const { name } of versions.sort((a, b) => b.at - a.at).slice(versionsKept)) {
    await rm(join(to, 'v', name), { recursive: true, force: true });
    await rm(join(to, 'v', `.manifest.${name}`), { force: true });
  }
}
