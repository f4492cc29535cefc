import type { CopyResult } from '../machine.ts';
import { quote } from '../quote.ts';
import { pushTreeBegin, pushTreeEnd } from '../script/copy.ts';
import { type CopyTools, withSignal } from './copy-tools.ts';
import { type Remote, remotePath } from './remote.ts';
import { rsync, rsyncIsHere, treeFlags } from './rsync.ts';
import { runPipeline } from './run-pipeline.ts';
import { corrupt, transferFailure } from './transfer-failure.ts';
import { openTree, summaryOf, type TreeManifest } from './tree-manifest.ts';

/** Jobs may still read a version that is no longer current. */
const versionsKept = 4;
const checkMsMax = 30 * 60_000;
/** From here on reading the source for its sums takes long enough to send it meanwhile. */
const overlapBytesMin = 8 * 1024 * 1024;

/** Home → node: `incoming` (resumable) → verified by sha256 there → `v/<digest>` → `current` flipped by rename. */
export async function pushTree(
  tools: CopyTools,
  parts: { readonly dataset: string; readonly from: string; readonly signal?: AbortSignal; readonly bandwidthKibMax?: number },
): Promise<CopyResult> {
  const { dataset, from, signal } = parts;
  const tree = await openTree(from);
  // The name of a version is its digest. Where that is known at once, an unchanged tree costs one question; else the sums are made during the transfer.
  const known = tree.staleBytes < overlapBytesMin ? await tree.read(signal) : undefined;
  const begun = await tools.script({ script: pushTreeBegin, args: [dataset, known?.digest ?? ''], timeoutMs: 30_000, ...withSignal(signal) });
  if (known !== undefined && begun.code === 0) return { ...summaryOf(known), changed: false, method: 'none' };
  if (begun.code !== 10) throw transferFailure(tools.node, 'mkdir', begun.code, begun.signal, begun.stderr);
  const words = begun.stdout.toString('utf8').split('\n');
  const method = words.includes('rsync') && rsyncIsHere() ? 'rsync' : 'tar';
  const manifest = await both(
    known ?? ((stop) => tree.read(stop)),
    (stop) => send(tools.remote, parts, method, words.includes('distrust'), stop),
    signal,
  );
  const { digest, files } = summaryOf(manifest);
  const ended = await tools.script({
    script: pushTreeEnd,
    args: [dataset, digest, String(files), String(versionsKept)],
    stdin: manifest.text,
    timeoutMs: checkMsMax,
    ...withSignal(signal),
  });
  if (ended.code === 11) return { ...summaryOf(manifest), changed: false, method: 'none' };
  if (ended.code === 65) throw corrupt(tools.node, dataset, ended.stdout.toString('utf8').trim());
  if (ended.code !== 0) throw transferFailure(tools.node, 'sha256sum', ended.code, ended.signal, ended.stderr);
  return { ...summaryOf(manifest), changed: true, method };
}

/** Reads and sends at once; the first that fails ends the other. */
async function both(
  read: TreeManifest | ((stop: AbortSignal) => Promise<TreeManifest>),
  write: (stop: AbortSignal) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<TreeManifest> {
  const ended = new AbortController();
  const stop = signal === undefined ? ended.signal : AbortSignal.any([signal, ended.signal]);
  let first: unknown;
  const guarded = async <T>(step: Promise<T>): Promise<T | undefined> => {
    try {
      return await step;
    } catch (error) {
      first ??= error;
      ended.abort();
      return undefined;
    }
  };
  const [manifest] = await Promise.all([guarded(typeof read === 'function' ? read(stop) : Promise.resolve(read)), guarded(write(stop))]);
  if (first !== undefined || manifest === undefined) throw first;
  return manifest;
}

function send(
  remote: Remote,
  { dataset, from, bandwidthKibMax }: { readonly dataset: string; readonly from: string; readonly bandwidthKibMax?: number },
  method: 'rsync' | 'tar',
  distrust: boolean,
  signal: AbortSignal,
): Promise<void> {
  const to = `replicas/${dataset}/incoming`;
  if (method === 'tar') {
    // For nodes without rsync. Not resumable and without a limit on bandwidth: what is there is replaced.
    const incoming = quote(`${remote.folder}/${to}`);
    const there = `rm -rf ${incoming} && mkdir ${incoming} && cd ${incoming} && tar -xf -`;
    return runPipeline(remote, { before: `tar -C ${quote(from)} -cf - .`, there }, undefined, signal);
  }
  const limit = bandwidthKibMax === undefined ? [] : [`--bwlimit=${bandwidthKibMax}`];
  const link = distrust ? ['--ignore-times'] : ['--link-dest=../current'];
  return rsync(
    remote,
    [...treeFlags, '--delete', '--partial-dir=.partial', ...link, ...limit, `${from}/`, remotePath(remote, `${to}/`)],
    undefined,
    signal,
  );
}
