import { given } from '../../base/given.ts';
import { copyLimits } from '../limits.ts';
import type { CopyResult } from '../machine.ts';
import { incomingFolder } from '../node-folder.ts';
import { exitStatus } from '../script/exit-status.ts';
import { programs } from '../script/programs.ts';
import type { CopyTools } from './copy-tools.ts';
import { remotePath } from './remote.ts';
import { rsync, rsyncIsHere, treeOptions } from './rsync.ts';
import { runPipeline } from './run-pipeline.ts';
import { corrupt, transferFailure } from './transfer-failure.ts';
import { openTree, summaryOf, type TreeManifest } from './tree-manifest.ts';

/**
 * Copies a tree from home to a node's replica folder.
 *
 * 1. Asks the node for a version with the tree's digest. If the node has this version, it becomes the current one and the push ends.
 * 2. Sends the files into `incoming`. With rsync an interrupted push can be resumed.
 * 3. The node verifies the checksums of all files except hard links to a verified file of the previous version. It then renames `incoming` to
 *    `v/<digest>` and replaces the link `current` by a rename.
 */
export async function pushTree(
  tools: CopyTools,
  parts: { readonly dataset: string; readonly from: string; readonly signal?: AbortSignal },
): Promise<CopyResult> {
  const { dataset, from, signal } = parts;
  const tree = await openTree(from);
  // A version is named by its digest. When the digest is cheap to compute, the first request to the node contains it, and an unchanged tree needs no
  // further request. Otherwise the checksums are computed while the files are sent.
  const known = tree.staleBytes < copyLimits.overlapBytesMin ? await tree.read(signal) : undefined;
  const begun = await tools.script({
    script: programs.pushTreeBegin,
    args: [dataset, known?.digest ?? ''],
    timeoutMs: copyLimits.scriptMsMax,
    ...given({ signal }),
  });
  if (known !== undefined && begun.code === 0) return { ...summaryOf(known), changed: false, method: 'none' };
  if (begun.code !== exitStatus.needed) throw transferFailure(tools.node, 'mkdir', begun.code, begun.signal, begun.stderr);
  const words = begun.stdout.toString('utf8').split('\n');
  const method = words.includes('rsync') && rsyncIsHere() ? 'rsync' : 'tar';
  const manifest = await readAndSend(
    known ?? ((stop) => tree.read(stop)),
    (stop) => send(tools, parts, method, !words.includes('distrust'), stop),
    signal,
  );
  const { digest, files } = summaryOf(manifest);
  const ended = await tools.script({
    script: programs.pushTreeEnd,
    args: [dataset, digest, String(files), String(copyLimits.pushedVersionsKept)],
    stdin: manifest.text,
    timeoutMs: copyLimits.treeCheckMsMax,
    ...given({ signal }),
  });
  if (ended.code === exitStatus.alreadyThere) return { ...summaryOf(manifest), changed: false, method: 'none' };
  if (ended.code === exitStatus.differs) throw corrupt(tools.node, dataset, ended.stdout.toString('utf8').trim());
  if (ended.code !== 0) throw transferFailure(tools.node, 'sha256sum', ended.code, ended.signal, ended.stderr);
  return { ...summaryOf(manifest), changed: true, method };
}

/** Computes the checksums and sends the files at the same time, and returns the manifest. When one of the two fails, the other is aborted. */
async function readAndSend(
  read: TreeManifest | ((stop: AbortSignal) => Promise<TreeManifest>),
  sendFiles: (stop: AbortSignal) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<TreeManifest> {
  const ended = new AbortController();
  const stop = signal === undefined ? ended.signal : AbortSignal.any([signal, ended.signal]);
  let failure: unknown;
  const guarded = async <T>(step: Promise<T>): Promise<T | undefined> => {
    try {
      return await step;
    } catch (error) {
      failure ??= error;
      ended.abort();
      return undefined;
    }
  };
  const [manifest] = await Promise.all([guarded(typeof read === 'function' ? read(stop) : Promise.resolve(read)), guarded(sendFiles(stop))]);
  if (failure !== undefined || manifest === undefined) throw failure;
  return manifest;
}

function send(
  { remote, entered }: CopyTools,
  { dataset, from }: { readonly dataset: string; readonly from: string },
  method: 'rsync' | 'tar',
  takeOver: boolean,
  signal: AbortSignal,
): Promise<void> {
  const to = incomingFolder(dataset);
  if (method === 'tar') {
    // This is for a node without rsync. An interrupted tar stream cannot resume, so the program on the node starts with an empty `incoming`.
    const there = { program: programs.unpackTree, args: [...entered(), to] };
    return runPipeline(remote, { before: ['tar', '-C', from, '-cf', '-', '.'], there }, undefined, signal);
  }
  return rsync(remote, [...treeOptions(takeOver), '--delete', `${from}/`, remotePath(remote, `${to}/`)], undefined, signal);
}
