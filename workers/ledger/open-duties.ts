import type { Duties } from '../../activities/ledger/dependencies.ts';
import type { ClusterConfig } from '../../src/domain/cluster/cluster.ts';
import { graphFaults } from '../../src/domain/daemon/graph.ts';
import { daemonRows, roundDuties } from '../../src/duty/catalogue.ts';
import { openReadModel } from '../../src/storage/read/read-ledgers.ts';

/** Returns the duties of the daemons, each with the reads that it needs. Throws for a catalogue with faults, and names all of them. */
export function openDuties(config: ClusterConfig): Duties {
  const faults = graphFaults(daemonRows);
  if (faults.length > 0) throw new Error(`The catalogue of the daemons has faults: ${faults.join('; ')}`);
  const reads = { model: openReadModel(config.state), config, rows: daemonRows };
  return {
    rows: daemonRows,
    rounds: new Map([...roundDuties].map(([id, duty]) => [id, async (memory) => duty(reads, memory, Date.now())])),
  };
}
