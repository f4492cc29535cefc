import type { ClusterStatus } from '../../domain/cluster/status.ts';
import type { ItemFacts } from '../../domain/item/view.ts';
import type { WorkflowFacts } from '../temporal/describe-workflow.ts';

/** Where facts come from. Control wires these; a reader that is missing makes the answer shorter, never wrong. */
export interface ExplainReads {
  readonly status: () => ClusterStatus | Promise<ClusterStatus>;
  readonly item: (id: string) => ItemFacts | undefined | Promise<ItemFacts | undefined>;
  readonly workflow?: (workflowId: string) => Promise<WorkflowFacts | undefined>;
}

export interface ExplainFacts {
  readonly nowMs: number;
  readonly status: ClusterStatus;
  readonly item?: ItemFacts;
  readonly workflow?: WorkflowFacts;
}
