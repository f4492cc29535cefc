import { judgePlace, type JudgedPlace } from '../../../src/config/judge-place.ts';
import { replaceIdentity } from '../../../src/config/cluster-identity.ts';
import type { KnownMachine } from '../../../src/config/state-place.ts';
import { isPerhapsClone, isSameRecord, placeActions, type PlaceWord, type StatePlace } from '../../../src/domain/cluster/state-place.ts';
import { errorOfName } from '../../../src/domain/failure/system-error.ts';
import { findWorkersIn } from '../../../src/process/find-marked.ts';
import { makeOwnCluster } from './make-own-cluster.ts';
import { becomeOwn, perhapsClone, placeBefore, refusedDown, refusedUp } from './place-refusal.ts';

export interface PlaceQuestion {
  readonly state: string;
  readonly cluster: string;
  readonly clusterFile: string;
  readonly word?: PlaceWord | undefined;
  /** Receives a line for people about each thing that becomes another. */
  readonly say?: ((line: string) => void) | undefined;
  /** The default is this machine. */
  readonly machine?: KnownMachine | undefined;
}

/** Does what `placeActions` says before `up` starts the cluster of a state folder. */
export async function settlePlace({ state, cluster, clusterFile, word, say = () => {}, machine }: PlaceQuestion): Promise<void> {
  const judged = judgePlace(state, machine);
  if (judged === undefined) return;
  switch (placeActions[judged.verdict][word ?? 'none']) {
    case 'start': {
      const { identity, here } = judged;
      const made = word === 'moved' || !isPerhapsClone(identity.place, here) ? undefined : identity.place;
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
export function refuseOtherPlace(state: string): void {
  const judged = judgePlace(state);
  if (judged === undefined || placeActions[judged.verdict].none === 'start' || findWorkersIn(state).length > 0) return;
  throw refusedDown(`stop a cluster from ${state}`, judged);
}
