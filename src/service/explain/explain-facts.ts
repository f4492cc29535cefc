import type { ClusterStatus } from '../../domain/cluster/status.ts';
import type { ItemFacts } from '../../domain/item/view.ts';
import type { ClusterReads } from '../cluster/cluster-reads.ts';
import type { WorkflowFacts } from '../temporal/describe-workflow.ts';

/** Where `explain` finds its facts. Without `workflow` the explanation is shorter, and still true. */
export type ExplainReads = Pick<ClusterReads, 'status' | 'item' | 'workflow'>;

export interface ExplainFacts {
  readonly nowMs: number;
  readonly status: ClusterStatus;
  /** The item whose id stands before the first `/` of the id that is explained. */
  readonly item?: ItemFacts;
  readonly workflow?: WorkflowFacts;
}
