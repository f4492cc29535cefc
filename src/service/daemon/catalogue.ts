import { graphFaults } from '../../domain/daemon/graph.ts';
import type { DaemonRow } from '../../domain/daemon/daemon.ts';
import { daemonRows } from '../../duty/catalogue.ts';

/** Returns the catalogue of this release, and its faults. */
export const daemonCatalogue = (): { readonly rows: readonly DaemonRow[]; readonly faults: readonly string[] } => ({
  rows: daemonRows,
  faults: graphFaults(daemonRows),
});
