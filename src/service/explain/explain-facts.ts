import type { ClusterStatus } from '../../domain/cluster/status.ts';
import type { ItemFacts } from '../../domain/item/view.ts';
import type { NodeTransition } from '../../domain/node/node-change.ts';
import type { StageSpan } from '../../domain/pipeline/stage-history.ts';
import type { ClusterReads } from '../cluster/cluster-reads.ts';
import type { WorkflowFacts } from '../temporal/describe-workflow.ts';

/** The reads that give `explain` its facts. Without the optional reads the explanation is shorter but still true. */
export type ExplainReads = Pick<ClusterReads, 'status' | 'item'> &
  Partial<Pick<ClusterReads, 'workflow' | 'nodeChanges' | 'stages' | 'events' | 'triesOf' | 'itemsKeptMs' | 'place'>>;

export interface ExplainFacts {
  readonly nowMs: number;
  readonly status: ClusterStatus;
  /** The item that the explained id names in the part before its first `/`. */
  readonly item?: ItemFacts;
  readonly workflow?: WorkflowFacts;
  /** The last transitions of the node that is explained, newest first. */
  readonly nodeChanges?: readonly NodeTransition[];
  /** The stages of the turn that is explained, in their order. */
  readonly stages?: readonly StageSpan[];
}

/** The facts that only one noun needs. */
export type History = Pick<ExplainFacts, 'nodeChanges' | 'stages'>;
