import { type ItemId, type JobRef, type NodeId, jobKey } from '../ids.ts';

/** The things that leave the cluster together with a node that the cluster file no longer names. */
export interface LeavingNode {
  readonly node: NodeId;
  readonly jobs: readonly { readonly id: ItemId; readonly epoch: number }[];
  /** The self-play items whose games were accepted on the node and are not home yet. */
  readonly gamesAway: readonly ItemId[];
  /** The datasets that only the node has in their newest form. */
  readonly datasets: readonly string[];
}

const namedMax = 3;
const some = (names: readonly string[]): string =>
  names.slice(0, namedMax).join(', ') + (names.length > namedMax ? ` and ${names.length - namedMax} more` : '');
const jobOf = ({ id, epoch }: { readonly id: ItemId; readonly epoch: number }): string => jobKey({ item: id, epoch } satisfies JobRef);

/** Returns the sentences that `up` prints about a node that leaves the cluster. */
export function sayLeaving({ node, jobs, gamesAway, datasets }: LeavingNode): readonly string[] {
  return [
    `Node ${node} leaves the cluster: the file no longer names it.`,
    ...(jobs.length === 0
      ? []
      : [
          `  ${jobs.length === 1 ? 'Its job ends' : `Its ${jobs.length} jobs end`}: ${some(jobs.map(jobOf))}. Each is given to another node that fits.`,
        ]),
    ...(gamesAway.length === 0
      ? []
      : [`  The games of ${gamesAway.length} items are not home yet, and are played again when a turn needs them: ${some(gamesAway)}.`]),
    ...(datasets.length === 0
      ? []
      : [`  Only ${node} has the newest files of ${some(datasets)}. They stay in its folder; put the node back to fetch them.`]),
  ];
}
