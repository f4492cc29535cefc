/**
 * Decides the epoch floor of a restored queue. Every item of the restored queue, and every new item, starts above the floor. Nodes, workflows and
 * late results still have the epochs that were given out after the backup. A try with an epoch that is not higher would be refused by the fence of a
 * node, or would take the result of another try.
 */

/** An item's epochs grow by at most this many in a second: one try takes longer than 100 ms, and an item has one try at a time. */
const epochsPerSecondMax = 10;
/** The floor is at least this far above every epoch that is known, because a known epoch may itself come from a file that lost its last changes. */
const epochStepMin = 1_000;

export interface EpochsKnown {
  /** The highest epoch found in the backup, in the files that it replaces and in the records of earlier restores. */
  readonly highest: number;
  /** True when the queue that is replaced could be read, so that no epoch can be unknown. */
  readonly readWhole: boolean;
  readonly backupAgeMs: number;
}

export function restoredEpochFloor({ highest, readWhole, backupAgeMs }: EpochsKnown): number {
  const unknown = readWhole ? 0 : Math.ceil((Math.max(0, backupAgeMs) / 1_000) * epochsPerSecondMax);
  return highest + Math.max(epochStepMin, unknown);
}
