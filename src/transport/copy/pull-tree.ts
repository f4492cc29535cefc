import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { treeLimits } from '../limits.ts';
import type { CopyRequest, CopyResult } from '../machine.ts';
import { datasetFolder } from '../node-folder.ts';
import { programs } from '../script/programs.ts';
import type { CopyTools } from './copy-tools.ts';
import { type ListedDataset, listDataset } from './list-dataset.ts';
import { isGnuTarHere } from './pack-tree.ts';
import { remotePath } from './remote.ts';
import { currentVersion, hasVersion, isDistrusted, makeCurrent, publish } from './replica.ts';
import { rsyncIsHere, rsyncOrStream } from './rsync.ts';
import { partialName, treeOptions } from './tree-options.ts';
import { runPipeline } from './run-pipeline.ts';
import { summaryOf, type TreeManifest } from './tree-manifest.ts';
import { bytesOf } from './tree/file-name.ts';
import { privateRights } from './tree/modes.ts';
import { changedEntries, changingTree, isCausedByChange } from './tree/refused-tree.ts';
import { filesOf, keepWanted, verifyPulled } from './verify-pulled.ts';

type PullTree = Omit<Extract<CopyRequest, { readonly type: 'pull-tree' }>, 'type'>;

/** Copies a dataset from a node into the replica folder `to` at home. A dataset that changes meanwhile is copied again, a limited number of times. */
export async function pullTree(tools: CopyTools, request: PullTree): Promise<CopyResult> {
  const { dataset, signal } = request;
  let listed = await listDataset(tools, dataset, signal);
  for (let copies = 1; ; copies += 1) {
    try {
      return await pullListed(tools, request, listed);
    } catch (error) {
      if (!isCausedByChange(error)) throw error;
      const again = await listDataset(tools, dataset, signal);
      const changed = changedEntries(listed.manifest.entries, again.manifest.entries);
      if (changed.length === 0) throw error;
      if (copies === treeLimits.changedCopiesMax)
        throw changingTree(`${datasetFolder(dataset)} of ${tools.node}`, changed, { node: tools.node, dataset });
      listed = again;
    }
  }
}

/**
 * Copies a dataset that was listed. A file that arrives on the node after that moment belongs to the next pull.
 *
 * 1. Fetches the files into `incoming`. An interrupted pull can be resumed.
 * 2. Removes what is not in the list, and verifies the checksums here. A file that is a hard link to a verified file of the previous version is not read again.
 * 3. Makes the links and the empty folders from the list. No link is copied, so nothing on the node can lead a copy out of the replica.
 * 4. Publishes `incoming` as the current version.
 */
async function pullListed(tools: CopyTools, request: PullTree, { manifest, hasRsync }: ListedDataset): Promise<CopyResult> {
  const { dataset, to, signal } = request;
  const named = await currentVersion(to);
  const before = named !== undefined && (await hasVersion(to, named)) ? named : undefined;
  if (before === manifest.digest) return { ...summaryOf(manifest), changed: false, method: 'none' };
  if (await hasVersion(to, manifest.digest)) {
    await makeCurrent(to, manifest.digest);
    return { ...summaryOf(manifest), changed: true, method: 'none' };
  }
  const incoming = join(to, 'incoming');
  await mkdir(join(to, 'v'), { recursive: true });
  await mkdir(incoming, { recursive: true });
  const partial = partialName(manifest.entries.map(({ path }) => path));
  await keepWanted(incoming, manifest, partial);
  const takeOver = before !== undefined && !(await isDistrusted(to));
  const options = [...treeOptions(takeOver, partial, privateRights), ...filtersOf(manifest, partial)];
  const method = await fetchFiles(tools, request, hasRsync && rsyncIsHere() ? 'rsync' : 'tar', options, manifest);
  await verifyPulled(tools.node, { dataset, to, manifest, before, setsModes: method === 'tar' }, signal);
  await publish(to, incoming, manifest);
  return { ...summaryOf(manifest), changed: true, method };
}

/** Fetches the files, and returns the method that succeeded. */
async function fetchFiles(
  { remote }: CopyTools,
  { dataset, to, signal }: PullTree,
  method: 'rsync' | 'tar',
  options: readonly string[],
  manifest: TreeManifest,
): Promise<'rsync' | 'tar'> {
  const incoming = join(to, 'incoming');
  const files = filesOf(manifest);
  if (files.length === 0) return method;
  const there = { program: programs.packFiles, args: [`${remote.folder}/${datasetFolder(dataset)}`, isGnuTarHere() ? '--sparse' : ''] };
  // tar would read a name that begins with a dash as an option.
  const names = (): Buffer => bytesOf(files.map(({ path }) => `./${path}\0`).join(''));
  const stream = (): Promise<void> => runPipeline(remote, { there, after: ['tar', '-C', incoming, '-i', '-xof', '-'] }, names(), signal);
  const source = remotePath(remote, `${datasetFolder(dataset)}/`);
  if (method === 'rsync') return rsyncOrStream(remote, [...options, source, `${incoming}/`], stream, signal, [vanished]);
  await stream();
  return 'tar';
}

/** The exit status of rsync when a file went during the copy. When the file is in the list, `verifyPulled` finds that it is missing. */
const vanished = 24;

/**
 * Returns filters for rsync. rsync walks the dataset itself: with a list of the files it takes four times as long (measured with 10,000 files). So it
 * also brings what came after the dataset was listed, and `verifyPulled` removes that. A dataset without hidden files gets no files that are still
 * being written under a hidden name.
 */
const filtersOf = (manifest: TreeManifest, partial: string): readonly string[] =>
  filesOf(manifest).some(({ path }) => basename(path).startsWith('.')) ? [] : [`--exclude=${partial}/`, '--include=.*/', '--exclude=.*'];
