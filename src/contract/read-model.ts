import type { JobView, ModelView, PipelineView, SyncView } from '../domain/cluster/views.ts';
import type { NodeView } from '../domain/node/node.ts';
import type { ItemState } from '../domain/item/work-item.ts';

export type * from '../domain/cluster/views.ts';

export interface ProcessView {
  readonly name: string;
  readonly pid: number;
  readonly state: 'running' | 'starting' | 'stopped' | 'failed';
  readonly restarts: number;
  readonly sinceMs: number;
}

/** What status, the web page and `/status` show. Built from the ledgers; every part says when it was read. */
export interface ClusterStatus {
  readonly v: 1;
  readonly cluster: string;
  /** When the ledgers were read; the reader computes the age. */
  readonly readAtMs: number;
  readonly processes: readonly ProcessView[];
  readonly nodes: readonly NodeView[];
  readonly queue: Readonly<Record<ItemState, number>>;
  readonly openJobs: readonly JobView[];
  readonly recentJobs: readonly JobView[];
  readonly pipelines: readonly PipelineView[];
  readonly recentSyncs: readonly SyncView[];
  readonly models: readonly ModelView[];
  readonly temporalAddress: string;
  readonly temporalUi?: string;
}
