import { given } from '../../base/given.ts';
import { RingmasterError } from '../../domain/failure/error.ts';
import { copyLimits, treeLimits } from '../limits.ts';
import type { CopyRequest, CopyResult } from '../machine.ts';
import { incomingFolder } from '../node-folder.ts';
import { exitStatus } from '../script/exit-status.ts';
import { programs } from '../script/programs.ts';
import type { CopyTools } from './copy-tools.ts';
import { isGnuTarHere, packTree } from './pack-tree.ts';
import { remotePath } from './remote.ts';
import { rsyncIsHere, rsyncOrStream } from './rsync.ts';
import { partialName, treeOptions } from './tree-options.ts';
import { runPipeline } from './run-pipeline.ts';
import { corrupt, transferFailure } from './transfer-failure.ts';
import { olderManifestOf, openTree, summaryOf, type Tree, type TreeManifest } from './tree-manifest.ts';
import { shownName } from './tree/file-name.ts';
import { sharedRights } from './tree/modes.ts';
import { changingTree, isCausedByChange } from './tree/refused-tree.ts';

type PushTree = Omit<Extract<CopyRequest, { readonly type: 'push-tree' }>, 'type'>;

interface Version extends TreeManifest {
  readonly isOlder: boolean;
}

/** Copies a tree from home to a node's replica folder. A tree that changes meanwhile is copied again, a limited number of times. */
export async function pushTree(tools: CopyTools, request: PushTree): Promise<CopyResult> {
  for (let copies = 1; ; copies += 1) {
    const tree = await openTree(request.from);
    try {
      return await pushListed(tools, request, tree);
    } catch (error) {
      if (!isCausedByChange(error)) throw error;
      const changed = await tree.changes();
      if (changed.length === 0) throw error;
      if (copies === treeLimits.changedCopiesMax) throw changingTree(request.from, changed, { dataset: request.dataset });
    }
  }
}

/**
 * Copies a tree that was listed.
 *
 * 1. Asks the node for a version with the tree's digest. If the node has this version, it becomes the current one and the push ends.
 * 2. Sends the files into `incoming`. With rsync an interrupted push can be resumed.
 * 3. The node verifies the links, the modes and the checksums. It does not read hard links to a verified file of the previous version. It then renames
 *    `incoming` to `v/<digest>` and replaces the link `current` by a rename.
 */
async function pushListed(tools: CopyTools, request: PushTree, tree: Tree): Promise<CopyResult> {
  const { dataset, digest: wanted, signal } = request;
  // A version is named by its digest. When the digest is cheap to compute, the first request to the node contains it, and an unchanged tree needs no
  // further request. Otherwise the checksums are computed while the files are sent.
  const known = tree.staleBytes < copyLimits.overlapBytesMin ? versionOf(request, await tree.read(signal)) : undefined;
  const begun = await tools.script({
    script: programs.pushTreeBegin,
    args: [dataset, known?.digest ?? wanted ?? '', tree.withHoles.length > 0 ? 'holes' : ''],
    timeoutMs: copyLimits.scriptMsMax,
    ...given({ signal }),
  });
  if (begun.code === 0) return { ...summaryOf(known ?? versionOf(request, await tree.read(signal))), changed: false, method: 'none' };
  if (begun.code !== exitStatus.needed) throw transferFailure(tools.remote, 'mkdir', begun.code, begun.signal, begun.stderr);
  const words = begun.stdout.toString('utf8').split('\n');
  let method: 'rsync' | 'tar' = words.includes('rsync') && rsyncIsHere() ? 'rsync' : 'tar';
  const pack = (): readonly string[] => {
    const packsHoles = words.includes('unpacks-holes') && isGnuTarHere();
    if (!packsHoles) refuseFullHoles(tools.node, request, tree, words);
    return packTree(request.from, packsHoles);
  };
  const partial = partialName(tree.paths);
  const manifest = await readAndSend(
    known ?? (async (stop) => versionOf(request, await tree.read(stop))),
    async (stop) => {
      method = await send(tools, request, pack, method, treeOptions(!words.includes('distrust'), partial, sharedRights), stop);
    },
    signal,
  );
  const { digest, files } = summaryOf(manifest);
  // The manifest of an older release does not say which files may be executed.
  const tells = manifest.isOlder ? 'files' : 'modes';
  const ended = await tools.script({
    script: programs.pushTreeEnd,
    args: [dataset, digest, String(files), String(copyLimits.pushedVersionsKept), partial, tells],
    stdin: manifest.text,
    timeoutMs: copyLimits.treeCheckMsMax,
    ...given({ signal }),
  });
  if (ended.code === exitStatus.alreadyThere) return { ...summaryOf(manifest), changed: false, method: 'none' };
  if (ended.code === exitStatus.differs) throw corrupt(tools.node, dataset, ended.stdout.toString('utf8').trim());
  if (ended.code !== 0) throw transferFailure(tools.remote, 'sha256sum', ended.code, ended.signal, ended.stderr);
  return { ...summaryOf(manifest), changed: true, method };
}

/** Computes the checksums and sends the files at the same time, and returns the manifest. When one of the two fails, the other is aborted. */
async function readAndSend(
  read: Version | ((stop: AbortSignal) => Promise<Version>),
  sendFiles: (stop: AbortSignal) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<Version> {
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

/** Sends the files, and returns the method that succeeded. */
async function send(
  { remote, entered }: CopyTools,
  { dataset, from }: PushTree,
  pack: () => readonly string[],
  method: 'rsync' | 'tar',
  options: readonly string[],
  signal: AbortSignal,
): Promise<'rsync' | 'tar'> {
  const to = incomingFolder(dataset);
  // An interrupted tar stream cannot resume, so the program on the node starts with an empty `incoming`.
  const there = { program: programs.unpackTree, args: [...entered(), to] };
  const stream = async (): Promise<void> => runPipeline(remote, { before: pack(), there }, undefined, signal);
  if (method === 'rsync') return rsyncOrStream(remote, [...options, '--links', '--delete', `${from}/`, remotePath(remote, `${to}/`)], stream, signal);
  await stream();
  return 'tar';
}

/** Refuses a tree whose holes would arrive as zeros, and for which the node has too little space. */
function refuseFullHoles(node: string, { dataset, from }: PushTree, { withHoles, bytes }: Tree, words: readonly string[]): void {
  const [, free = 'Infinity'] = words.map((word) => /^free (\d+)$/.exec(word)).find((found) => found !== null) ?? [];
  if (withHoles.length === 0 || Number(free) >= bytes) return;
  throw new RingmasterError('sync.disk-full', {
    cannot: `send the folder ${from} to ${node}`,
    because: `${shownName(withHoles[0] ?? '')} has holes, which arrive there as zeros, so the folder takes ${bytes} bytes and ${free} are free`,
    hint: { say: 'installing rsync or GNU tar on both machines, or freeing space there' },
    fields: { node, dataset, path: from },
  });
}

/** Returns the manifest under which the tree is sent. A caller that names a digest must get this version and no other. */
function versionOf({ dataset, from, digest }: PushTree, manifest: TreeManifest): Version {
  if (digest === undefined || digest === manifest.digest) return { ...manifest, isOlder: false };
  const older = olderManifestOf(manifest);
  if (older.digest === digest) return { ...older, isOlder: true };
  throw new RingmasterError('sync.source-missing', {
    cannot: `send version ${digest.slice(0, 12)} of ${dataset}`,
    because: `files of ${from} were changed or removed, so it is another version now`,
    hint: { say: 'removing that folder, so that Ringmaster takes the payload again, and then running the turn again' },
    fields: { path: from, dataset },
  });
}
