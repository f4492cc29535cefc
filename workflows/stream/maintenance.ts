/** MAINTENANCE removes what nothing needs any more. The activity `maintain` does the work in a thread of the ledger worker. */
import type { Worked } from '../../src/domain/daemon/work.ts';
import { firstTidyMs, maintenanceHealth, tidyRestMs } from '../../src/domain/cluster/maintenance.ts';
import { upkeep } from '../isolate/activities.ts';

/** The first round after a start only waits, so that the start of a cluster stays fast. */
export async function maintain(_memory: unknown, isFirst: boolean): Promise<Worked> {
  const ends = isFirst ? [] : (await upkeep.maintain()).ends;
  return { health: maintenanceHealth(ends), memory: undefined, steps: [], restMs: isFirst ? firstTidyMs : tidyRestMs(ends) };
}
