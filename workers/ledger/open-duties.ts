import { statfsSync } from 'node:fs';
import type { Duties, Workflows } from '../../activities/ledger/dependencies.ts';
import { workflowIds } from '../../src/contract/workflows.ts';
import { requireRunningCluster } from '../../src/config/running-cluster.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { declaredDaemons } from '../../src/domain/daemon/command.ts';
import { graphFaults } from '../../src/domain/daemon/graph.ts';
import { roundDuties, rowsOf } from '../../src/duty/catalogue.ts';
import type { DutyReads } from '../../src/duty/duty.ts';
import { SteadyAges } from '../../src/duty/steady-ages.ts';
import { openReadModel } from '../../src/storage/read/read-ledgers.ts';
import { keepRatings } from './keep-ratings.ts';
import { TreeLooks } from './look-at-tree.ts';

/** Returns the duties of the daemons, each with the reads that it needs. Throws for a catalogue with faults, and names all of them. */
export function openDuties(state: string, workflows: Pick<Workflows, 'isRunning'>, countGames: DutyReads['countGames']): Duties {
  // A change of the daemons restarts this process (`workers/launcher/child/config-of-process.ts`).
  const { config } = requireRunningCluster(state);
  const rows = rowsOf(config);
  const faults = graphFaults(rows);
  if (faults.length > 0) throw new Error(`The catalogue of the daemons has faults: ${faults.join('; ')}`);
  const model = openReadModel(state);
  const reads: Omit<DutyReads, 'ages' | 'config' | 'lastRoundMs'> = {
    model,
    rows,
    now: Date.now,
    lookAtTree: new TreeLooks().at,
    homeFreeBytes: () => freeBytes(state),
    countGames,
    keepRatings: keepRatings(statePaths(state).ratings),
    isRunning: ({ type, name }) => workflows.isRunning(workflowIds[type](name)),
  };
  return {
    rows,
    processes: new Map(declaredDaemons(config).map(({ row, process }) => [row.id, process])),
    rounds: new Map(
      [...roundDuties].map(([id, duty]) => {
        const lastRoundMs = (): number | undefined => model.knownDaemons().find((one) => one.id === id)?.record?.health?.atMs;
        const own = { ...reads, lastRoundMs, ages: new SteadyAges(() => performance.now()) };
        // A change of the cluster file holds from the next round. It does not restart this process.
        return [id, async (memory) => duty({ ...own, config: requireRunningCluster(state).config }, memory, Date.now())];
      }),
    ),
  };
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
