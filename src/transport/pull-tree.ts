import { mkdir, readdir, readlink, rename, rm, stat, symlink, utimes, writeFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RingmasterError } from '../domain/failure.ts';
import type { CopyResult } from './machine.ts';
import { corrupt, type CopyTools, withSignal } from './push-tree.ts';
import { quote } from './quote.ts';
import { remotePath, rsync, runTransfer, transferFailure, type Remote } from './rsync.ts';
import { pullTreeList } from './script/copy.ts';
import { sha256Files } from './sha256-files.ts';
import { manifestOf, type TreeEntry, type TreeManifest } from './tree-manifest.ts';

const versionsKept = 2;
const listMsMax = 30 * 60_000;
const listBytesMax = 256 * 1024 * 1024;

/**
 * Node → home: the node's manifest first, so that files which arrive there meanwhile wait for the next pull; then as push: `incoming`, verified, swapped.
 * Files that were verified in the version before and are hard links to it are not read again.
 */
export async function pullTree(tools: CopyTools, parts: { readonly dataset: string; readonly to: string; readonly signal?: AbortSignal; readonly bandwidthKibMax?: number }): Promise<CopyResult> {
  const { dataset, to, signal, bandwidthKibMax } = parts;
  const { manifest, hasRsync } = await list(tools, dataset, signal);
  const bytes = manifest.entries.reduce((sum, entry) => sum + entry.bytes, 0);
  const result = { digest: manifest.digest, files: manifest.entries.length, bytes };
  const before = await currentVersion(to);
  if (before === manifest.digest) return { ...result, changed: false, method: 'none' };
  const incoming = join(to, 'incoming');
  await mkdir(join(to, 'v'), { recursive: true });
  await mkdir(incoming, { recursive: true });
  const method = hasRsync ? 'rsync' : 'tar';
  const names = manifest.entries.map((entry) => entry.path);
  if (method === 'rsync') {
    const limit = bandwidthKibMax === undefined ? [] : [`--bwlimit=${bandwidthKibMax}`];
    const link = before === undefined ? [] : ['--link-dest=../current'];
    await rsync(tools.remote, ['-rtp', '--partial-dir=.partial', '--files-from=-', '--from0', ...link, ...limit, remotePath(tools.remote, `datasets/${dataset}/`), `${incoming}/`], names.map((name) => `${name}\0`).join(''), signal);
  } else await tarFrom(tools.remote, dataset, incoming, names, signal);
  await verify(tools, dataset, to, incoming, manifest, before, signal);
  await swap(to, incoming, manifest.digest);
  return { ...result, changed: true, method };
}

async function list({ node, script }: CopyTools, dataset: string, signal?: AbortSignal): Promise<{ readonly manifest: TreeManifest; readonly hasRsync: boolean }> {
  const seen = await script({ script: pullTreeList, args: [dataset], timeoutMs: listMsMax, outputBytesMax: listBytesMax, ...withSignal(signal) });
  if (seen.code === 66) {
    throw new RingmasterError('sync.source-missing', { cannot: `pull ${dataset} from ${node}`, because: `the node has no datasets/${dataset} yet`, hint: 'again when a job has left something there', fields: { node, dataset } });
  }
  if (seen.code !== 0) throw transferFailure(node, 'sha256sum', seen.code, seen.signal, seen.stderr);
  const [tool = '', ...lines] = seen.stdout.toString('utf8').split('\n');
  const middle = lines.indexOf('==');
  const sizes = new Map(lines.slice(0, middle).map((line) => [line.slice(line.indexOf(' ') + 1), Number(line.slice(0, line.indexOf(' ')))]));
  const entries = lines.slice(middle + 1).filter((line) => line !== '').map((line): TreeEntry => ({ sha256: line.slice(0, 64), path: line.slice(66), bytes: sizes.get(line.slice(66)) ?? 0 }));
  // A file that arrived between the two lists belongs to the next pull.
  return { manifest: manifestOf(entries.filter((entry) => sizes.has(entry.path))), hasRsync: tool === 'rsync' };
}

export async function currentVersion(replica: string): Promise<string | undefined> {
  const link = await readlink(join(replica, 'current')).catch(() => undefined);
  return link?.startsWith('v/') === true ? link.slice(2) : undefined;
}

async function verify({ node }: CopyTools, dataset: string, to: string, incoming: string, manifest: TreeManifest, before: string | undefined, signal?: AbortSignal): Promise<void> {
  await rm(join(incoming, '.partial'), { recursive: true, force: true });
  const trusted = before === undefined ? new Map<string, string>() : await readManifest(to, before);
  const fresh: string[] = [];
  for (const { path, sha256 } of manifest.entries) {
    const same = trusted.get(path) === sha256 && (await sameInode(join(incoming, path), join(to, 'v', before ?? '', path)));
    if (!same) fresh.push(path);
  }
  const sums = await sha256Files(incoming, fresh, signal);
  const bad = manifest.entries.filter(({ path, sha256 }) => sums.has(path) && sums.get(path) !== sha256).map((entry) => entry.path);
  if (bad.length > 0) {
    await Promise.all(bad.map((path) => rm(join(incoming, path), { force: true })));
    throw corrupt(node, dataset, bad.join('\n'));
  }
  const wanted = new Set(manifest.entries.map((entry) => entry.path));
  for (const path of await readdir(incoming, { recursive: true, withFileTypes: true })) {
    const name = join(path.parentPath, path.name).slice(incoming.length + 1);
    // Left by an earlier pull that was interrupted, and gone from the node since.
    if (path.isFile() && !wanted.has(name)) await rm(join(incoming, name));
  }
  await writeFile(join(to, 'v', `.manifest.${manifest.digest}`), manifest.text);
}

async function readManifest(to: string, version: string): Promise<Map<string, string>> {
  const text = await readFile(join(to, 'v', `.manifest.${version}`), 'utf8').catch(() => '');
  return new Map(text.split('\n').filter((line) => line !== '').map((line) => [line.slice(66), line.slice(0, 64)]));
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
  const versions = await Promise.all((await readdir(join(to, 'v'))).filter((name) => !name.startsWith('.')).map(async (name) => ({ name, at: (await stat(join(to, 'v', name))).mtimeMs })));
  for (const { name } of versions.sort((a, b) => b.at - a.at).slice(versionsKept)) {
    await rm(join(to, 'v', name), { recursive: true, force: true });
    await rm(join(to, 'v', `.manifest.${name}`), { force: true });
  }
}

function tarFrom({ node, shell, host, folder }: Remote, dataset: string, incoming: string, names: readonly string[], signal?: AbortSignal): Promise<void> {
  const pack = `cd ${quote(`${folder}/datasets/${dataset}`)} && tar --null -T - -cf -`;
  const source = shell === undefined || host === undefined ? `sh -c ${quote(pack)}` : `${shell.map(quote).join(' ')} ${quote(host)} ${quote(pack)}`;
  return runTransfer(node, 'sh', ['-c', `${source} | tar -C ${quote(incoming)} -xf -`], names.map((name) => `${name}\0`).join(''), signal);
}
