import { judgePlace, type JudgedPlace } from '../../../src/config/judge-place.ts';
import { replaceIdentity } from '../../../src/config/cluster-identity.ts';
import { isSameRecord, statePlaceText } from '../../../src/domain/cluster/state-place.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { errorOfName } from '../../../src/domain/failure/system-error.ts';
import { makeOwnCluster } from './make-own-cluster.ts';

/** The word of a person about a state folder in another place than before: the folder was moved there, or is a copy. */
export type PlaceWord = 'moved' | 'copied';

export interface PlaceQuestion {
  readonly state: string;
  readonly cluster: string;
  readonly word?: PlaceWord | undefined;
  /** Receives a line for people about each thing that becomes another. */
  readonly say?: ((line: string) => void) | undefined;
}

/**
 * Refuses to start a cluster from a state folder that is in another place than the one for which its id was made, unless a person says why. Otherwise
 * notes where the folder is. A word about a folder that is in its place changes nothing, so a command with the word can be repeated.
 */
export function settlePlace({ state, cluster, word, say = () => {} }: PlaceQuestion): void {
  const judged = judgePlace(state);
  if (judged === undefined) return;
  const { verdict, identity, here } = judged;
  if (verdict === 'same') notePlace(state, judged);
  else if (word === 'copied') makeOwnCluster({ state, cluster, judged, say });
  else if (word === 'moved' && verdict === 'elsewhere') {
    replaceIdentity(state, { ...identity, place: here });
    say(`The state folder was moved: the cluster keeps its id. Never start it in ${placeBefore(judged)} again.`);
  } else throw inOtherPlace(`start cluster ${cluster} from ${state}`, judged);
}

/** Notes where the folder is. A disk that refuses the note stops no cluster that is in its place: the next `up` notes it. */
function notePlace(state: string, { identity, here }: JudgedPlace): void {
  if (isSameRecord(identity.place, here)) return;
  try {
    replaceIdentity(state, { ...identity, place: here });
  } catch (error) {
    if (errorOfName((error as NodeJS.ErrnoException).code ?? '') !== 'disk-full') throw error;
  }
}

/** Refuses to stop a cluster from a state folder in another place: the processes and the jobs with its id belong to the folder in the recorded place. */
export function refuseOtherPlace(state: string): void {
  const judged = judgePlace(state);
  if (judged !== undefined && judged.verdict !== 'same') throw inOtherPlace(`stop a cluster from ${state}`, judged);
}

const placeBefore = ({ identity, here }: JudgedPlace): string => statePlaceText(identity.place ?? here);

function inOtherPlace(cannot: string, judged: JudgedPlace): RingmasterError {
  const { verdict, identity, here } = judged;
  const because =
    verdict === 'copy'
      ? `the folder is a copy of ${identity.place?.path}, which is still there and has the same id`
      : `the id of the cluster was made for ${placeBefore(judged)}, and this is ${statePlaceText(here)}`;
  const moved = verdict === 'copy' ? `after the removal of ${identity.place?.path}` : 'if the other folder is gone';
  return new RingmasterError('config.state-place', {
    cannot,
    because: `${because}. Two folders with one id are two clusters that end each other's jobs`,
    hint: { say: `\`ringmaster up --moved\` ${moved}, or a new id for this folder`, run: 'ringmaster up --copied' },
    fields: { state: here.path, other: identity.place?.path ?? '' },
  });
}
