/**
 * Says whether a state folder is in the place for which the id of its cluster was made. Two folders with one id are two clusters that end each other's
 * jobs, so `up` asks a person before it starts a cluster from a folder in another place.
 *
 * | the recorded place                                                                     | verdict     |
 * |----------------------------------------------------------------------------------------|-------------|
 * | none: an older release made the id                                                     | `same`      |
 * | its path leads to another folder, which has the same id                                | `copy`      |
 * | the same path on the same machine: the folder may have been restored there             | `same`      |
 * | the same path, the same inode, and a machine id is unknown                             | `same`      |
 * | another path, the same inode and device: the folder was renamed, or is a bind mount    | `same`      |
 * | anything else, and every place on a machine with another machine id                    | `elsewhere` |
 *
 * The number of a device can change at each start of a machine, so it decides only about a folder with another path.
 */
export interface StatePlace {
  /** The content of /etc/machine-id. It is "-" when it cannot be read, and in a container, where it may change with each start. */
  readonly machine: string;
  /** The name of the machine, for people. */
  readonly host: string;
  /** The absolute path of the state folder, without symbolic links. */
  readonly path: string;
  readonly inode: string;
  readonly device: string;
}

export type PlaceVerdict = 'same' | 'copy' | 'elsewhere';

export function placeVerdict(made: StatePlace | undefined, here: StatePlace, isOtherThere: boolean): PlaceVerdict {
  if (made === undefined) return 'same';
  if (isOtherThere) return 'copy';
  const isUnknown = made.machine === '-' || here.machine === '-';
  if (!isUnknown && made.machine !== here.machine) return 'elsewhere';
  const hasInode = made.inode === here.inode;
  if (made.path === here.path) return !isUnknown || hasInode ? 'same' : 'elsewhere';
  return hasInode && made.device === here.device ? 'same' : 'elsewhere';
}

export const isSameRecord = (made: StatePlace | undefined, here: StatePlace): boolean =>
  made !== undefined && (['machine', 'host', 'path', 'inode', 'device'] as const).every((key) => made[key] === here[key]);

export const statePlaceText = ({ host, path }: StatePlace): string => `${path} on ${host}`;
