import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureIdentity, newClusterId, readIdentity, replaceIdentity } from '../../../src/config/cluster-identity.ts';
import { judgePlace, type JudgedPlace } from '../../../src/config/judge-place.ts';
import type { KnownMachine } from '../../../src/config/state-place.ts';
import { downCommand } from '../../../src/domain/cluster/own-command.ts';
import { purgedPaths, statePaths } from '../../../src/domain/cluster/state-paths.ts';
import { isSameRecord, placeActions, statePlaceText } from '../../../src/domain/cluster/state-place.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { copiedNodePaths, removeCopiedNodes } from '../../../src/practice/remove-copied-nodes.ts';
import { findWorkersIn } from '../../../src/process/find-marked.ts';
import { replaceFile } from '../../../src/system/replace-file.ts';
import { bellFifo, nodeFolders, ownerFile, workerFolder } from '../../../src/transport/node-folder.ts';
import { pathsFound, removePaths } from '../purge-state.ts';
import { removeSocket, socketPath } from '../socket/socket-path.ts';
import { takeSocket } from '../socket/take-socket.ts';
import { becomeOwn } from './place-refusal.ts';
import { ownChangedFiles } from './own-changed-files.ts';
import { refuseLinksOut } from './refuse-links-out.ts';

/** Of a local node, a copy keeps the data. Its jobs, and what is known about them, are those of the other cluster. */
const jobNames = [nodeFolders.jobs, nodeFolders.records, nodeFolders.fences, workerFolder, bellFifo];

/**
 * The records of processes, the database of the Temporal server, the key of the workflows in it, and the cluster files of the other cluster. The socket of
 * the launcher is held while they are removed.
 */
const recordPaths = purgedPaths.filter(
  (path) =>
    (path.startsWith('run/') && !path.startsWith('run/launcher.sock')) ||
    path.startsWith('temporal.db') ||
    path.startsWith('temporal.key') ||
    path.startsWith('data/configs/'),
);

export interface CopyParts {
  readonly state: string;
  readonly cluster: string;
  readonly clusterFile: string;
  readonly say: (line: string) => void;
  readonly machine?: KnownMachine | undefined;
}

/**
 * Makes a cluster of its own from a copied state folder: gives it a new id, and removes what names processes, jobs and workflows of the other cluster.
 * Ends no process. The ledgers stay. Holds the socket of the launcher meanwhile, so that nothing starts in the folder.
 */
export async function makeOwnCluster(parts: CopyParts): Promise<void> {
  const { state, clusterFile, machine } = parts;
  refuseLinksOut(state, passedOver(state), clusterFile);
  const [worker] = findWorkersIn(state);
  if (worker !== undefined) throw inUse(state, `its process ${worker.name} runs (pid ${worker.pid})`);
  const path = socketPath(state);
  // A copy of hard links (`cp -al`) has the socket of the other launcher.
  if ((lstatSync(path, { throwIfNoEntry: false })?.nlink ?? 0) > 1) rmSync(path);
  const socket = await takeSocket(state, () => Promise.reject(new Error('`ringmaster up --copied` is at work; try again when it is done')));
  if (socket === undefined) throw inUse(state, `a launcher, or another command, holds ${path}`);
  try {
    const judged = judgePlace(state, machine);
    // Another command may have done all this before it gave the socket back.
    if (judged === undefined || placeActions[judged.verdict].copied !== 'new-id') return;
    for (const line of becomeAnother(judged, parts)) parts.say(line);
  } finally {
    await socket.close();
    removeSocket(state);
  }
}

/**
 * The new id is recorded first, and counts when all is done. So an interrupted call can be repeated: it goes on with the recorded id, and the owner of a node
 * folder is the id before or after. Returns lines for people.
 */
function becomeAnother({ identity, here }: JudgedPlace, { state, cluster }: CopyParts): readonly string[] {
  const { becoming } = identity;
  const nodes = nodesIn(state).flatMap(({ folder, isOurs }) => (isOurs ? [folder] : []));
  const { says } = ensureIdentity(state, cluster);
  const own = (folder: string, owner: string): void => replaceFile(join(folder, ownerFile), `${owner}\n${says}\n`);
  const goesOn = becoming !== undefined && isSameRecord(becoming.place, here);
  // This is a copy of a half-made copy. Its record is about to lose the id that some of its node folders have.
  if (becoming !== undefined && !goesOn) for (const folder of nodes) own(folder, identity.id);
  const id = goesOn ? becoming.id : newClusterId();
  replaceIdentity(state, { ...identity, becoming: { id, place: here } });
  removePaths(state, recordPaths);
  ownChangedFiles(state);
  const practice = removeCopiedNodes(statePaths(state).practice);
  for (const folder of nodes) {
    removePaths(folder, jobNames);
    own(folder, id);
  }
  replaceIdentity(state, { v: 1, id, isUpgraded: false, place: here });
  const other = identity.place === undefined ? '' : ` The cluster of ${statePlaceText(identity.place)} keeps the id ${identity.id}.`;
  return [
    `${state} has a cluster of its own, with the new id ${id}.${other}`,
    'Kept: the queue, results, ratings, models, the games in the ledgers, and the files of games at home.',
    'Removed from the copy: the records of processes, the cluster files of before, and the database of the Temporal server with its key.',
    ...(practice.length === 0
      ? []
      : [`Also removed: the practice nodes ${practice.join(', ')}, with their keys, and with the games of their homes that did not come home yet.`]),
    ...(nodes.length === 0
      ? []
      : [`The copied node folders belong to the new cluster, with their games and without the jobs of the other: ${nodes.join(', ')}`]),
    'The folders of all other nodes stay with the other cluster and refuse this cluster: give each node another `folder` in the cluster file.',
  ];
}

/** Returns what the copy loses, and the node folders of other clusters. Links in them lead to nothing that the two clusters use. */
const passedOver = (state: string): readonly string[] => [
  ...pathsFound(state, recordPaths),
  ...copiedNodePaths(statePaths(state).practice),
  ...nodesIn(state).flatMap(({ folder, isOurs }) => (isOurs ? pathsFound(folder, jobNames) : [folder])),
];

/** Returns the folders of local nodes in the state folder. A folder is ours when its owner is the id of the cluster, or the new id of an interrupted call. */
function nodesIn(state: string): readonly { readonly folder: string; readonly isOurs: boolean }[] {
  const { id, becoming } = readIdentity(state) ?? {};
  const nodes = join(state, 'nodes');
  if (lstatSync(nodes, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(nodes, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const folder = join(nodes, name);
      const owner = firstLine(join(folder, ownerFile));
      return { folder, isOurs: owner !== undefined && [id, becoming?.id].includes(owner) };
    });
}

const firstLine = (file: string): string | undefined =>
  lstatSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file, 'utf8').split('\n')[0] : undefined;

const inUse = (state: string, because: string): RingmasterError =>
  new RingmasterError('config.state-place', {
    cannot: becomeOwn(state),
    because: `the cluster of this folder is not down: ${because}`,
    hint: { say: 'stopping it, then the same command again', run: downCommand(state) },
    fields: { state },
  });
