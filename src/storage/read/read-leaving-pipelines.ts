import type { ClusterConfig } from '../../domain/cluster/cluster.ts';
import { type LeavingPipeline, leavingPipelines } from '../../domain/pipeline/leaving.ts';
import { given } from '../../base/given.ts';
import { ledgerPaths } from '../ledger/ledger-paths.ts';
import { openLedgerReader } from '../ledger/ledger-reader.ts';
import type { PipelineRow } from '../node/resource-state.ts';
import { readStandings } from '../pipeline/pipeline-wishes.ts';

type Named = Pick<ClusterConfig, 'state' | 'pipelines'>;

/** Returns the pipelines that the configuration no longer names and of which turns are wanted. The ledger is opened read-only and closed again. */
export function readLeavingPipelines(before: Named, { state, pipelines }: Named): readonly LeavingPipeline[] {
  const names = pipelines.map(({ name }) => name);
  if (before.pipelines.every(({ name }) => names.includes(name))) return [];
  const resources = openLedgerReader(ledgerPaths(state).resources);
  try {
    const standings = readStandings(resources);
    const rows = resources.all<Pick<PipelineRow, 'name' | 'turn' | 'stage'>>('SELECT name, turn, stage FROM pipelines ORDER BY name');
    return leavingPipelines(
      rows.map((row) => ({ ...row, ...given({ standing: standings.get(row.name) }) })),
      names,
    );
  } finally {
    resources.close();
  }
}
