import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ClusterIdentity, isClusterId } from '../domain/cluster/cluster-identity.ts';
import { downCommand } from '../domain/cluster/own-command.ts';
import { statePaths } from '../domain/cluster/state-paths.ts';
import { RingmasterError } from '../domain/failure/error.ts';
import { allPids, realUserOf, variableOf } from '../process/proc.ts';
import { identify, signal } from '../process/process-identity.ts';
import { ownerFile } from '../transport/node-folder.ts';
import { quote } from '../base/quote.ts';
import { besideHome, makeOpenFolder } from './practice-homes.ts';
import { homeFolder, keptPracticeNodes, practiceFolder, type PracticeRequest, removePracticeNode } from './practice-node.ts';

/** The bytes of the file `owner` that are read. The id of a cluster is its first line. */
const ownerBytes = 200;

/**
 * Notes beside the home of a practice node that it belongs to this cluster. First removes a home that a cluster with the same state folder made before,
 * and ends that cluster's processes there. The homes of practice nodes can lie outside the state folder, so they stay when a person removes the state
 * folder by hand. The homes have the name of the state folder, so no other cluster can own them. The keys of the node are in the state folder: while they
 * are there, the home belongs to this state folder, whose id was lost. Such a home is refused with `node.foreign-owner` and stays.
 *
 * The note decides, because programs of the node can write everything in the home.
 */
export async function claimHome(request: PracticeRequest, owner: ClusterIdentity): Promise<void> {
  const earlier = makerOf(request);
  if (earlier !== undefined && earlier !== owner.id && isThere(homeFolder(request))) {
    if (keptPracticeNodes(request.root).includes(request.id)) throw idLost(request, earlier, owner);
    request.log?.(`removes the home of an earlier cluster with this state folder, ${earlier}`);
    endJobs(earlier, homeFolder(request));
    await removePracticeNode(request);
  }
  makeOpenFolder(besideHome(request));
  writeFileSync(noteFile(request), `${owner.id}\n`);
}

function idLost(request: PracticeRequest, earlier: string, { says }: ClusterIdentity): RingmasterError {
  const state = dirname(request.root);
  return new RingmasterError('node.foreign-owner', {
    cannot: `use the home ${homeFolder(request)} of practice node ${request.id}`,
    because: `the cluster with the id ${earlier} made it, and its keys are in this state folder, whose id was lost or replaced. This cluster is ${says}`,
    hint: {
      say: `bringing the id back: ${downCommand(state)}, then this command, then starting the cluster again. To remove the home with its games: ${downCommand(state, '--purge')}`,
      run: `echo '{"v":1,"id":"${earlier}"}' >${quote(statePaths(state).identity)}`,
    },
    fields: { node: request.id, ownerId: earlier },
  });
}

const noteFile = (request: PracticeRequest): string => join(besideHome(request), 'cluster');

/**
 * Returns the id of the cluster that made the home, or undefined when that is unknown. An older release made no note. Its keys in the state folder show
 * that the home belongs to that state folder. Without keys, a person has removed the state folder, and the file `owner` in the home names the cluster.
 */
function makerOf(request: PracticeRequest): string | undefined {
  const file = noteFile(request);
  const noted = isThere(file) ? readFileSync(file, 'utf8').trim() : '';
  if (noted !== '') return noted;
  if (keptPracticeNodes(request.root).includes(request.id)) return undefined;
  const named = firstLineOf(join(practiceFolder(request), ownerFile));
  return isClusterId(named) ? named : undefined;
}

/** Ends the processes of a cluster's jobs that run as the owner of a home. A process of another user can have the same mark and is left alone. */
function endJobs(cluster: string, home: string): void {
  const { uid } = lstatSync(home);
  for (const pid of allPids()) {
    if (realUserOf(pid) !== uid || variableOf(pid, 'RINGMASTER_MARK')?.startsWith(`${cluster}/`) !== true) continue;
    const identity = identify(pid);
    if (identity !== undefined) signal(identity, 'SIGKILL');
  }
}

/** Returns the first line of a file that a program of the node can have replaced by anything. A link, and what is no regular file, has no line. */
function firstLineOf(path: string): string {
  let file: number;
  try {
    // Without O_NONBLOCK, the opening of a named pipe waits for a writer.
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return '';
  }
  try {
    if (!fstatSync(file).isFile()) return '';
    const bytes = Buffer.alloc(ownerBytes);
    return bytes.toString('utf8', 0, readSync(file, bytes)).split('\n')[0] ?? '';
  } finally {
    closeSync(file);
  }
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;
