import { given } from '../../base/given.ts';
import { RingmasterError } from '../../domain/failure/error.ts';
import { copyLimits } from '../limits.ts';
import { datasetFolder } from '../node-folder.ts';
import { exitStatus } from '../script/exit-status.ts';
import { programs } from '../script/programs.ts';
import type { CopyTools } from './copy-tools.ts';
import { corrupt, transferFailure } from './transfer-failure.ts';
import { manifestOf, type TreeManifest } from './tree-manifest.ts';
import { namesIn, shownName, unescaped } from './tree/file-name.ts';
import { linkFault } from './tree/link-rule.ts';
import { parseManifestLine } from './tree/manifest-line.ts';
import { type RefusedEntry, refusedTree, type TreeFault } from './tree/refused-tree.ts';
import { foldersOf, isTreePath, type TreeEntry } from './tree/tree-entry.ts';

export interface ListedDataset {
  readonly manifest: TreeManifest;
  readonly hasRsync: boolean;
}

/** The words with which the node's list names what cannot be carried. */
const faultWords: ReadonlySet<string> = new Set<TreeFault>(['socket', 'fifo', 'device', 'long-path', 'unreadable']);

/** Asks a node for the manifest of a dataset. A dataset with an entry that cannot be carried is refused, and nothing of it is copied. */
export async function listDataset({ node, remote, script }: CopyTools, dataset: string, signal?: AbortSignal): Promise<ListedDataset> {
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
  if (seen.code !== 0) throw transferFailure(remote, 'sha256sum', seen.code, seen.signal, seen.stderr);
  if (seen.truncated) throw longList(node, dataset);
  const [tool = '', ...lines] = namesIn(seen.stdout);
  // The list ends with the end line and its newline.
  if (lines.pop() !== '' || lines.pop() !== 'E') throw transferFailure(remote, 'sh', null, 'it printed no end line', seen.stderr);
  const entries: TreeEntry[] = [];
  const refused: RefusedEntry[] = [];
  for (const line of lines) {
    const [, escape = '', bytes = '', rest = ''] = /^(\\?)(\d+) (.+)$/s.exec(line) ?? [];
    const [, fault = '', path = ''] = /^!(\S+) (.+)$/s.exec(rest) ?? [];
    const entry = parseManifestLine(`${escape}${rest}`);
    if (entry !== undefined) entries.push({ ...entry, bytes: Number(bytes) });
    else if (faultWords.has(fault)) refused.push({ path: escape === '' ? path : unescaped(path), fault: fault as TreeFault });
    else throw corrupt(node, dataset, `the list has a line of no known form, ${shownName(line)}`);
  }
  // A program on the node can make the list lie. A path that leaves the folder would be written outside the replica at home.
  const outside = entries.find(({ path }) => !isTreePath(path));
  if (outside !== undefined) throw corrupt(node, dataset, `${shownName(outside.path)} is no path inside the dataset`);
  const links = new Map(entries.flatMap(({ path, target }) => (target === undefined ? [] : [[path, target]])));
  for (const [path, target] of links) {
    const fault = linkFault(path, links);
    if (fault !== undefined) refused.push({ path, fault, target });
  }
  if (refused.length > 0) throw refusedTree(`${datasetFolder(dataset)} of ${node}`, refused, { node, dataset });
  const full = foldersOf(entries.map(({ path }) => path));
  const below = entries.find(({ path, kind }) => kind !== 'folder' && full.has(path));
  if (below !== undefined) throw corrupt(node, dataset, `the list has entries below ${shownName(below.path)}, which is no folder`);
  // The list has every folder. A manifest has only the empty ones.
  return { manifest: manifestOf(entries.filter(({ path, kind }) => kind !== 'folder' || !full.has(path))), hasRsync: tool === 'rsync' };
}

/** Returns the failure of a dataset with so many entries that the list was cut. */
const longList = (node: string, dataset: string): RingmasterError =>
  new RingmasterError('sync.tree-refused', {
    cannot: `carry the folder ${datasetFolder(dataset)} of ${node}`,
    because: `the list of its files is larger than ${copyLimits.manifestBytesMax} bytes`,
    hint: { say: 'fewer files in the dataset, such as one archive in place of many small files' },
    fields: { node, dataset },
  });
