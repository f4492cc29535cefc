import type { ClusterStatus, LedgerCheck } from '../domain/cluster/status.ts';
import type { ItemFacts, QueueFilter } from '../domain/item/view.ts';
import type { JobView, JobFilter } from '../domain/job/view.ts';
import type { WorkflowFacts } from '../service/temporal/describe-workflow.ts';

export type QueueItem = ItemFacts['item'];
export type MayWait<T> = T | Promise<T>;

export type LogStream = 'stdout' | 'stderr';

/** What the control worker gives the server: the read model and nothing that changes anything. */
export interface HttpReads {
  readonly status: () => MayWait<ClusterStatus>;
  /** Newest first. */
  readonly items: (filter: QueueFilter) => MayWait<readonly QueueItem[]>;
  readonly item: (id: string) => MayWait<ItemFacts | undefined>;
  /** Open ones first, then newest first. */
  readonly jobs: (filter: JobFilter) => MayWait<readonly JobView[]>;
  /** The last part of a job's output, at most 256 KiB; undefined when there is none. */
  readonly logs?: (job: { readonly item: string; readonly epoch: number }, stream: LogStream) => Promise<string | undefined>;
  /** Temporal's side of `explain`. */
  readonly workflow?: (workflowId: string) => Promise<WorkflowFacts | undefined>;
  /** `quick_check` of each ledger file, for `doctor`. */
  readonly ledgers?: () => MayWait<readonly LedgerCheck[]>;
  readonly isReady: () => MayWait<{ readonly ready: boolean; readonly reasons: readonly string[] }>;
}
