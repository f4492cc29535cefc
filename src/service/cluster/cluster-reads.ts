import type { ClusterStatus, LedgerCheck } from '../../domain/cluster/status.ts';
import type { ItemFacts, QueueFilter } from '../../domain/item/view.ts';
import type { WorkItem } from '../../domain/item/work-item.ts';
import type { JobFilter, JobView } from '../../domain/job/view.ts';
import type { NodeTransition } from '../../domain/node/node-change.ts';
import type { StageSpan } from '../../domain/pipeline/stage-history.ts';
import type { WorkflowFacts } from '../temporal/describe-workflow.ts';

export type MayWait<T> = T | Promise<T>;
export type LogStream = 'stdout' | 'stderr';

/** All that a running cluster can be asked, and nothing that changes it. */
export interface ClusterReads {
  readonly status: () => MayWait<ClusterStatus>;
  readonly items: (filter: QueueFilter) => MayWait<readonly WorkItem[]>;
  readonly item: (id: string) => MayWait<ItemFacts | undefined>;
  /** Open jobs first, then closed ones, the newest first. */
  readonly jobs: (filter: JobFilter) => MayWait<readonly JobView[]>;
  /** Returns the last part of a job's output, or undefined when its node has none. */
  readonly logs?: (job: Pick<JobView, 'item' | 'epoch'>, stream: LogStream) => Promise<string | undefined>;
  /** Returns what Temporal knows of a workflow. */
  readonly workflow?: (workflowId: string) => Promise<WorkflowFacts | undefined>;
  /** Returns the last transitions of a node, newest first. */
  readonly nodeChanges?: (node: string) => MayWait<readonly NodeTransition[]>;
  /** Returns the stages of a turn, in their order. */
  readonly stages?: (pipeline: string, turn: number) => MayWait<readonly StageSpan[]>;
  readonly ledgers?: () => MayWait<readonly LedgerCheck[]>;
  readonly isReady: () => MayWait<{ readonly ready: boolean; readonly reasons: readonly string[] }>;
}
