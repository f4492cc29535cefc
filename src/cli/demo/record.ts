import type { ClusterStatus } from '../../domain/cluster/status.ts';
import type { PipelineView } from '../../domain/pipeline/view.ts';

/** The figures that the summary needs and that the last status does not contain. */
export interface DemoRecord {
  readonly firstTurn: number;
  readonly syncs: ReadonlyMap<string, number>;
  /** The latest gate figures of each candidate. */
  readonly gates: ReadonlyMap<string, NonNullable<PipelineView['evaluation']>>;
  /** For each model, the champion's rating at the time when the model first appeared as a candidate. */
  readonly eloBefore: ReadonlyMap<string, number>;
}

export const emptyRecord = (firstTurn: number): DemoRecord => ({ firstTurn, syncs: new Map(), gates: new Map(), eloBefore: new Map() });

/** Returns the demo's record after one more look at the cluster. Syncs that began before the demo do not count. */
export function remember(record: DemoRecord, status: ClusterStatus, view: PipelineView | undefined, sinceMs: number): DemoRecord {
  const syncs = new Map(record.syncs);
  for (const sync of status.recentSyncs) {
    if (sync.state === 'completed' && Date.parse(sync.timestamp) >= sinceMs)
      syncs.set(`${sync.dataset} ${sync.source} ${sync.target} ${sync.timestamp}`, sync.bytes);
  }
  const gates = new Map(record.gates);
  const eloBefore = new Map(record.eloBefore);
  if (view?.evaluation !== undefined) {
    gates.set(view.evaluation.candidate, view.evaluation);
    if (!eloBefore.has(view.evaluation.candidate)) eloBefore.set(view.evaluation.candidate, view.championElo);
  }
  return { ...record, syncs, gates, eloBefore };
}
