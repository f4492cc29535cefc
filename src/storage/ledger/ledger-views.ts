/** What the read model returns. */
import type { ItemFacts, JobView, ModelView, PipelineView, SyncView } from '../../domain/cluster/views.ts';
import type { NodeView } from '../../domain/node/node.ts';
import type { ItemState, JobKind, WorkItem } from '../../domain/item/work-item.ts';

/** `ClusterStatus` without the fields that only a running process knows. */
export interface LedgerStatus {
  readonly v: 1;
  readonly readAtMs: number;
  readonly nodes: readonly NodeView[];
  readonly queue: Readonly<Record<ItemState, number>>;
  readonly openJobs: readonly JobView[];
  readonly recentJobs: readonly JobView[];
  readonly pipelines: readonly PipelineView[];
  readonly recentSyncs: readonly SyncView[];
  readonly models: readonly ModelView[];
}

export interface JobFilter {
  readonly state?: JobView['state'] | undefined;
  readonly kind?: JobKind | undefined;
  readonly limit?: number | undefined;
}

export interface QueueFilter {
  readonly state?: ItemState | undefined;
  readonly limit?: number | undefined;
}

export interface ReadModel {
  status: () => LedgerStatus;
  item: (id: string) => ItemFacts | undefined;
  /** Open jobs first, then closed ones, the newest first. */
  jobs: (filter?: JobFilter) => readonly JobView[];
  /** Pending items in the order in which they will be claimed. Items of other states newest first. */
  queue: (filter?: QueueFilter) => readonly WorkItem[];
  syncs: (limit?: number) => readonly SyncView[];
  models: () => readonly ModelView[];
  close: () => void;
}
