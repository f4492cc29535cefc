import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { JudgedPlace } from '../../../src/config/judge-place.ts';
import { ensureIdentity, newClusterId, replaceIdentity } from '../../../src/config/cluster-identity.ts';
import { purgedPaths, statePaths } from '../../../src/domain/cluster/state-paths.ts';
import { statePlaceText } from '../../../src/domain/cluster/state-place.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { removeCopiedNodes } from '../../../src/practice/remove-copied-nodes.ts';
import { replaceFile } from '../../../src/system/replace-file.ts';
import { nodeFolders, ownerFile, workerFolder, bellFifo } from '../../../src/transport/node-folder.ts';
import { removePaths } from '../purge-state.ts';

/** Of a local node, a copy keeps the data. Its jobs, and what is known about them, are those of the other cluster. */
const jobNames = [nodeFolders.jobs, nodeFolders.records, nodeFolders.fences, workerFolder, bellFifo];

export interface CopyParts {
  readonly state: string;
  readonly cluster: string;
  readonly judged: JudgedPlace;
  readonly say: (line: string) => void;
}

/**
 * Makes a cluster of its own from a copied state folder: gives it a new id, and removes what names processes, jobs and workflows of the other cluster.
 * Ends no process. The ledgers stay. The id comes last, so that an interrupted call can be repeated.
 */
export function makeOwnCluster({ state, cluster, judged: { identity, here }, say }: CopyParts): void {
  refuseLinks(state);
  const id = newClusterId();
  removePaths(
    state,
    purgedPaths.filter((path) => path.startsWith('run/') || path.startsWith('temporal.db')),
  );
  removeCopiedNodes(statePaths(state).practice);
  const { says } = ensureIdentity(state, cluster);
  const kept = nodeFoldersIn(state).filter((folder) => {
    if (firstLine(join(folder, ownerFile)) !== identity.id) return false;
    removePaths(folder, jobNames);
    replaceFile(join(folder, ownerFile), `${id}\n${says}\n`);
    return true;
  });
  replaceIdentity(state, { v: 1, id, isUpgraded: false, place: here });
  say(`The state folder is a copy of ${statePlaceText(identity.place ?? here)}: its cluster has the new id ${id}.`);
  say(
    'Kept: the queue, results, ratings, games and models. Removed from the copy: the records of processes, and the database of the Temporal server.',
  );
  if (kept.length > 0) say(`The copied node folders belong to the new cluster, without the jobs of the other: ${kept.join(', ')}`);
  say('The folders of all other nodes stay with the other cluster and refuse this cluster: give each node another `folder` in the cluster file.');
}

/** Refuses a copy in which a folder of ours is a symbolic link: the copy has the link, so both clusters have what it leads to. */
function refuseLinks(state: string): void {
  const names = [...new Set(purgedPaths.map((path) => path.split('/')[0] ?? '')), 'nodes'];
  const link = names.filter((name) => !name.includes('*')).find((name) => lstatSync(join(state, name), { throwIfNoEntry: false })?.isSymbolicLink());
  if (link === undefined) return;
  const path = join(state, link);
  throw new RingmasterError('config.state-place', {
    cannot: `make a cluster of its own from the copy ${state}`,
    because: `${path} is a symbolic link to ${readlinkSync(path)}, which the other cluster has too`,
    hint: { say: 'a copy of what the link leads to in place of the link, then the same command again', run: 'ringmaster up --copied' },
    fields: { state, other: path },
  });
}

/** Returns the folders of local nodes in the state folder. A link leads to a folder that the other cluster has too. */
function nodeFoldersIn(state: string): readonly string[] {
  const nodes = join(state, 'nodes');
  if (lstatSync(nodes, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(nodes, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [join(nodes, entry.name)] : []));
}

function firstLine(file: string): string | undefined {
  return lstatSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file, 'utf8').split('\n')[0] : undefined;
}
