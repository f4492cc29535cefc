/**
 * Says whether a state folder is in the place for which the id of its cluster was made. Two folders with one id are two clusters that end each other's
 * jobs, so `up` asks a person before it starts a cluster from a folder in another place. The first row that fits gives the verdict.
 *
 * | the folder and its record                                                                            | verdict       |
 * |------------------------------------------------------------------------------------------------------|---------------|
 * | the record has the id of a cluster that the folder is to become: `up --copied` was interrupted       | `half-copied` |
 * | the recorded path leads to another folder, which has the same id                                     | `copy`        |
 * | the same inode, path or device, host name and network cards, on a machine with the same name         | `same`        |
 * | no place is recorded: an older release made the id                                                   | `likely`      |
 * | the same path on a machine with the same name: the folder may have been restored there               | `likely`      |
 * | the same path and inode, and the two names of the machine cannot be compared                         | `likely`      |
 * | the same inode and device, and no other machine: the folder was renamed, or is a bind mount          | `likely`      |
 * | anything else, and every folder on a machine with another name                                       | `elsewhere`   |
 *
 * `same` needs the network cards, because a cloned machine has everything else of the first. The number of a device can change at each start of a machine, so
 * it counts only for a folder with another path.
 */
import { compareMachines, isGivenName } from './machine-name.ts';

export interface StatePlace {
  /** The name of the machine (`machine-name.ts`). */
  readonly machine: string;
  /** The name of the machine on the network, for people. */
  readonly host: string;
  /** The addresses of the network cards. A cloned machine gets other ones. Absent in a record of an older release. */
  readonly cards?: string | undefined;
  /** The absolute path of the state folder, without symbolic links. */
  readonly path: string;
  readonly inode: string;
  readonly device: string;
}

export type PlaceVerdict = 'same' | 'likely' | 'copy' | 'elsewhere' | 'half-copied';

/** The word of a person about a state folder: the folder was moved here, or is a copy. */
export type PlaceWord = 'moved' | 'copied';

/**
 * - `start`   the cluster keeps its id, and the place is noted.
 * - `move`    as `start`, and the other place is named, where the cluster may never start again.
 * - `new-id`  the folder becomes a cluster of its own. The same command finishes it after an interruption.
 * - `refuse`  nothing is started or changed.
 */
export type PlaceAction = 'start' | 'move' | 'new-id' | 'refuse';

/** What `up` does. A needless `--copied` is refused, because a cluster that gets a new id loses its nodes. `down` works where `up` without a word starts. */
export const placeActions: Readonly<Record<PlaceVerdict, Readonly<Record<PlaceWord | 'none', PlaceAction>>>> = {
  same: { none: 'start', moved: 'start', copied: 'refuse' },
  likely: { none: 'start', moved: 'start', copied: 'new-id' },
  elsewhere: { none: 'refuse', moved: 'move', copied: 'new-id' },
  copy: { none: 'refuse', moved: 'refuse', copied: 'new-id' },
  'half-copied': { none: 'refuse', moved: 'refuse', copied: 'new-id' },
};

export interface PlaceEvidence {
  /** The recorded place. */
  readonly made: StatePlace | undefined;
  readonly here: StatePlace;
  /** True when the recorded path leads to another folder, which has the same id. */
  readonly isOtherThere: boolean;
  /** True when the folder was about to get another id. */
  readonly isBecoming: boolean;
}

export function placeVerdict({ made, here, isOtherThere, isBecoming }: PlaceEvidence): PlaceVerdict {
  if (isBecoming) return 'half-copied';
  if (isOtherThere) return 'copy';
  if (made === undefined) return 'likely';
  const machine = compareMachines(made.machine, here.machine);
  if (machine === 'other') return 'elsewhere';
  const hasInode = made.inode === here.inode;
  const isOneFolder = hasInode && made.device === here.device;
  const isThere = made.path === here.path;
  const isThisMachine = machine === 'same' && made.host === here.host && made.cards === here.cards;
  if (isThisMachine && hasInode && (isThere || isOneFolder)) return 'same';
  return isOneFolder || (isThere && (machine === 'same' || hasInode)) ? 'likely' : 'elsewhere';
}

/**
 * How far the traits of a machine show that it is a clone of the recorded one, which has the same name.
 *
 * | none of the recorded network cards is there | another host name | a person gave the name | doubt   |
 * |---------------------------------------------|-------------------|------------------------|---------|
 * | yes                                         | any               | no                     | `clone` |
 * | yes                                         | any               | yes                    | `hint`  |
 * | no                                          | yes               | no                     | `hint`  |
 * | otherwise                                   |                   |                        | `none`  |
 *
 * A machine gets another host name by one command, so that alone is a hint. A card that was added or removed is no trait, and neither is the host name of a
 * machine whose name a person gave, because each pod has its own.
 *
 * `up` prints a line about a `hint`. It refuses a `clone` when the cluster has nodes or a Temporal server on other machines and no process of it runs here: the
 * first machine may work with them, and a start would end its jobs and raise its fences before a person reads the line. A cluster without them shares nothing
 * with the first one, so it starts with the line.
 */
export type CloneDoubt = 'none' | 'hint' | 'clone';

export function cloneDoubt(made: StatePlace | undefined, here: StatePlace): CloneDoubt {
  if (made === undefined || compareMachines(made.machine, here.machine) !== 'same') return 'none';
  const [before, after] = [cardsIn(made), cardsIn(here)];
  const isGiven = isGivenName(here.machine);
  if (before.length > 0 && after.length > 0 && !before.some((card) => after.includes(card))) return isGiven ? 'hint' : 'clone';
  return made.host !== here.host && !isGiven ? 'hint' : 'none';
}

const cardsIn = ({ cards = '' }: StatePlace): readonly string[] => cards.split(' ').filter((card) => card !== '');

const placeParts = ['machine', 'host', 'cards', 'path', 'inode', 'device'] as const satisfies readonly (keyof StatePlace)[];

export const isSameRecord = (made: StatePlace | undefined, here: StatePlace): boolean =>
  made !== undefined && placeParts.every((part) => made[part] === here[part]);

export const statePlaceText = ({ host, path }: StatePlace): string => `${path} on ${host}`;
