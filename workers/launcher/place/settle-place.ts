import { judgePlace, type JudgedPlace } from '../../../src/config/judge-place.ts';
import { replaceIdentity } from '../../../src/config/cluster-identity.ts';
import { readRunningCluster } from '../../../src/config/running-cluster.ts';
import type { NodeConfig } from '../../../src/domain/cluster/cluster.ts';
import type { KnownMachine } from '../../../src/config/state-place.ts';
import { cloneDoubt, isSameRecord, placeActions, type PlaceWord, type StatePlace } from '../../../src/domain/cluster/state-place.ts';
import { errorOfName } from '../../../src/domain/failure/system-error.ts';
import { findWorkersIn } from '../../../src/process/find-marked.ts';
import { makeOwnCluster } from './make-own-cluster.ts';
import { becomeOwn, perhapsClone, placeBefore, refusedClone, refusedDown, refusedUp } from './place-refusal.ts';

type PlacedNode = Pick<NodeConfig, 'connect' | 'practice'>;

export interface PlaceQuestion {
  readonly state: string;
  readonly cluster: string;
  readonly clusterFile: string;
  /** The nodes of the cluster file. */
  readonly nodes?: readonly PlacedNode[] | undefined;
  readonly word?: PlaceWord | undefined;
  /** Receives a line for people about each thing that becomes another. */
  readonly say?: ((line: string) => void) | undefined;
  /** The default is this machine. */
  readonly machine?: KnownMachine | undefined;
}

/** Does what `placeActions` says before `up` starts the cluster of a state folder. */
export async function settlePlace({ state, cluster, clusterFile, nodes = [], word, say = () => {}, machine }: PlaceQuestion): Promise<void> {
  const judged = judgePlace(state, machine);
  if (judged === undefined) return;
  switch (placeActions[judged.verdict][word ?? 'none']) {
    case 'start': {
      const { identity, here } = judged;
      const made = word === 'moved' || cloneDoubt(identity.place, here) === 'none' ? undefined : identity.place;
      if (made !== undefined && mayHarm(state, judged, nodes))
        throw refusedClone(`start cluster ${cluster} from ${state}`, judged, made, clusterFile);
      if (made !== undefined) say(perhapsClone(state, made, here, clusterFile));
      return notePlace(state, judged, made);
    }
    case 'move':
      replaceIdentity(state, { ...judged.identity, place: judged.here });
      return say(`The state folder was moved: the cluster keeps its id. Never start it in ${placeBefore(judged)} again.`);
    case 'new-id':
      return makeOwnCluster({ state, cluster, clusterFile, say, machine });
    case 'refuse':
      throw refusedUp(word === 'copied' ? becomeOwn(state) : `start cluster ${cluster} from ${state}`, judged, clusterFile);
  }
}

/** Returns true when a start, or a stop, could harm the work of the first machine: both machines reach the same nodes, or the same Temporal server. */
function mayHarm(state: string, { identity, here }: JudgedPlace, nodes: readonly PlacedNode[]): boolean {
  if (cloneDoubt(identity.place, here) !== 'clone' || findWorkersIn(state).length > 0) return false;
  const before = readRunningCluster(state);
  const all = [...nodes, ...(before?.config.nodes ?? [])];
  return before?.temporalEmbedded === false || all.some(({ connect, practice }) => connect.type === 'ssh' && practice === undefined);
}

/**
 * Notes where the folder is. Keeps the traits of the machine `made`: they show that the folder may be in a clone, until a person says what it is. A disk that
 * refuses the note stops no cluster that is in its place: the next `up` notes it.
 */
function notePlace(state: string, { identity, here }: JudgedPlace, made: StatePlace | undefined): void {
  const place = made === undefined ? here : { ...here, host: made.host, cards: made.cards };
  if (isSameRecord(identity.place, place)) return;
  try {
    replaceIdentity(state, { ...identity, place });
  } catch (error) {
    if (errorOfName((error as NodeJS.ErrnoException).code ?? '') !== 'disk-full') throw error;
  }
}

/**
 * Refuses to stop a cluster from a state folder in another place: the jobs with its id belong to the folder in the recorded place. A cluster whose
 * processes work in this folder is stopped all the same.
 */
export function refuseOtherPlace(state: string, machine?: KnownMachine): void {
  const judged = judgePlace(state, machine);
  if (judged === undefined || findWorkersIn(state).length > 0) return;
  const cannot = `stop a cluster from ${state}`;
  if (placeActions[judged.verdict].none !== 'start') throw refusedDown(cannot, judged);
  const { place: made } = judged.identity;
  if (made !== undefined && mayHarm(state, judged, [])) throw refusedClone(cannot, judged, made, readRunningCluster(state)?.source);
}
