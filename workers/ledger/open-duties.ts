import type { Duties } from '../../activities/ledger/dependencies.ts';
import { workflowIds } from '../../src/contract/workflows.ts';
import type { ClusterConfig } from '../../src/domain/cluster/cluster.ts';
import { graphFaults } from '../../src/domain/daemon/graph.ts';
import { daemonRows, roundDuties } from '../../src/duty/catalogue.ts';
import type { DutyReads } from '../../src/duty/duty.ts';
import { openReadModel } from '../../src/storage/read/read-ledgers.ts';
import type { LedgerWorkflows } from './temporal-client.ts';

/** Returns the duties of the daemons, each with the reads that it needs. Throws for a catalogue with faults, and names all of them. */
export function openDuties(config: ClusterConfig, workflows: Pick<LedgerWorkflows, 'isRunning'>): Duties {
  const faults = graphFaults(daemonRows);
  if (faults.length > 0) throw new Error(`The catalogue of the daemons has faults: ${faults.join('; ')}`);
  const reads: DutyReads = {
    model: openReadModel(config.state),
    config,
    rows: daemonRows,
    isRunning: ({ type, name }) => workflows.isRunning(workflowIds[type](name)),
  };
  return {
    rows: daemonRows,
    rounds: new Map([...roundDuties].map(([id, duty]) => [id, async (memory) => duty(reads, memory, Date.now())])),
  };
}
