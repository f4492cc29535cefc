import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isOutputPath } from '../../domain/job/output-path.ts';
import { given } from '../../base/given.ts';
import { RingmasterError } from '../../domain/failure/error.ts';
import { copyLimits } from '../limits.ts';
import type { CopyResult } from '../machine.ts';
import { datasetFolder } from '../node-folder.ts';
import { exitStatus } from '../script/exit-status.ts';
import { programs } from '../script/programs.ts';
import type { CopyTools } from './copy-tools.ts';
import { remotePath } from './remote.ts';
import { currentVersion, distrust, isDistrusted, publish, readManifest, writeManifest } from './replica.ts';
import { rsync, rsyncIsHere, treeOptions } from './rsync.ts';
import { runPipeline } from './run-pipeline.ts';
import { sha256Files } from './sha256-files.ts';
import { corrupt, transferFailure } from './transfer-failure.ts';
import { manifestOf, summaryOf, type TreeEntry, type TreeManifest } from './tree-manifest.ts';

/**
 * Copies a dataset from a node into the replica folder `to` at home.
 *
 * 1. Asks the node for the manifest. A file that arrives on the node after this moment is copied by the next pull. The node keeps the checksums in a
 *    file beside the dataset, so that it reads only new files.
 * 2. Fetches the files into `incoming`. An interrupted pull can be resumed.
 * 3. Verifies the checksums here. A file that is a hard link to a verified file of the previous version is not read again.
 * 4. Publishes `incoming` as the current version.
 */
export async function pullTree(
  tools: CopyTools,
  parts: { readonly dataset: string; readonly to: string; readonly signal?: AbortSignal },
): Promise<CopyResult> {
  const { dataset, to, signal } = parts;
  const { manifest, hasRsync } = await list(tools, dataset, signal);
  const before = await currentVersion(to);
  if (before === manifest.digest) return { ...summaryOf(manifest), changed: false, method: 'none' };
  const incoming = join(to, 'incoming');
  await mkdir(join(to, 'v'), { recursive: true });
  await mkdir(incoming, { recursive: true });
  const method = hasRsync && rsyncIsHere() ? 'rsync' : 'tar';
  const takeOver = before !== undefined && !(await isDistrusted(to));
  await fetchFiles(tools, parts, method, incoming, manifest, takeOver);
  await verify(tools, dataset, to, incoming, manifest, before, signal);
  await publish(to, incoming, manifest.digest);
  return { ...summaryOf(manifest), changed: true, method };
}

async function fetchFiles(
  { remote }: CopyTools,
  { dataset, signal }: { readonly dataset: string; readonly signal?: AbortSignal },
  method: 'rsync' | 'tar',
  incoming: string,
  { entries }: TreeManifest,
  takeOver: boolean,
): Promise<void> {
  const names = entries.map(({ path }) => `${path}\0`).join('');
  if (method === 'tar') {
    const lines = entries.map(({ path }) => `./${path}\n`).join('');
    const there = { program: programs.packFiles, args: [`${remote.folder}/${datasetFolder(dataset)}`] };
    return runPipeline(remote, { there, after: ['tar', '-C', incoming, '-i', '-xf', '-'] }, lines, signal);
  }
  const source = remotePath(remote, `${datasetFolder(dataset)}/`);
  return rsync(remote, [...treeOptions(takeOver), '--files-from=-', '--from0', source, `${incoming}/`], names, signal);
}

async function list(
  { node, script }: CopyTools,
  dataset: string,
  signal?: AbortSignal,
): Promise<{ readonly manifest: TreeManifest; readonly hasRsync: boolean }> {
  const seen = await script({
    script: programs.listDataset,
    args: [dataset],
    timeoutMs: copyLimits.treeCheckMsMax,
    outputBytesMax: copyLimits.manifestBytesMax,
    ...given({ signal }),
  });
  if (seen.code === exitStatus.missing) {
    throw new RingmasterError('sync.source-missing', {
      cannot: `pull ${dataset} from ${node}`,
      because: `the node has no ${datasetFolder(dataset)} yet`,
      hint: { say: 'again when a job has left something there' },
      fields: { node, dataset },
    });
  }
  if (seen.code !== 0) throw transferFailure(node, 'sha256sum', seen.code, seen.signal, seen.stderr);
  const [tool = '', ...lines] = seen.stdout.toString('utf8').split('\n');
  const entries = lines.flatMap((line): TreeEntry[] => {
    const [, bytes, sha256 = '', path = ''] = /^(\d+) ([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    return bytes === undefined ? [] : [{ path, bytes: Number(bytes), sha256 }];
  });
  // A program on the node can make the list lie. A path that leaves the folder would be written outside the replica at home.
  const outside = entries.find(({ path }) => !isOutputPath(path));
  if (outside !== undefined) throw corrupt(node, dataset, `${JSON.stringify(outside.path)} is no path inside the dataset`);
  return { manifest: manifestOf(entries), hasRsync: tool === 'rsync' };
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
  const odd: string[] = [];
  for (const entry of await readdir(incoming, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory() && entry.name === '.partial') await rm(path, { recursive: true, force: true });
    // An earlier pull was interrupted and left this file here. Since then the node has removed its own copy.
    else if (!entry.isDirectory() && !wanted.has(path.slice(incoming.length + 1))) await rm(path, { force: true });
    // A link is followed when it is read, and could lead to any file of this machine.
    else if (!entry.isDirectory() && !entry.isFile()) {
      await rm(path, { force: true });
      odd.push(path.slice(incoming.length + 1));
    }
  }
  if (odd.length > 0) throw corrupt(node, dataset, `${odd.join(', ')}: not a regular file`);
  const trusted = before === undefined ? new Map<string, string>() : await readManifest(to, before);
  const fresh: string[] = [];
  for (const { path, sha256 } of manifest.entries) {
    const isVerified = trusted.get(path) === sha256 && (await sameInode(join(incoming, path), join(to, 'v', before ?? '', path)));
    if (!isVerified) fresh.push(path);
  }
  const sums = await sha256Files(incoming, fresh, signal);
  const bad = manifest.entries.filter(({ path, sha256 }) => sums.has(path) && sums.get(path) !== sha256).map((entry) => entry.path);
  if (bad.length > 0) {
    await distrust(to);
    await Promise.all(bad.map((path) => rm(join(incoming, path), { force: true })));
    throw corrupt(node, dataset, bad.join('\n'));
  }
  await writeManifest(to, manifest);
}

async function sameInode(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([stat(one).catch(() => undefined), stat(other).catch(() => undefined)]);
  return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev;
}
