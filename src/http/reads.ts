import type { ClusterStatus, ItemFacts, JobView } from '../contract/read-model.ts';
import type { WorkflowFacts } from '../service/temporal/describe-workflow.ts';

export type QueueItem = ItemFacts['item'];
export type MayWait<T> = T | Promise<T>;

export interface JobFilter {
  readonly node?: string;
  readonly pipeline?: string;
  /** Only those that ended in a failure. */
  readonly failed?: boolean;
  readonly limit: number;
}
export interface QueueFilter {
  readonly state?: string;
  readonly limit: number;
}
export interface LedgerCheck {
  readonly file: string;
  readonly ok: boolean;
  readonly detail: string;
}
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
