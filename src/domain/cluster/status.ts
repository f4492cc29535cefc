import type { SyncView } from '../dataset/sync.ts';
import type { ItemState } from '../item/work-item.ts';
import type { JobView } from '../job/view.ts';
import type { ModelView } from '../model/model.ts';
import type { NodeView } from '../node/node.ts';
import type { PipelineView } from '../pipeline/view.ts';

/** The part of the status that the ledgers' files alone tell. */
export interface LedgerStatus {
  readonly v: 1;
  /** When the ledgers were read; the reader computes the age. */
  readonly readAtMs: number;
  readonly nodes: readonly NodeView[];
  readonly queue: Readonly<Record<ItemState, number>>;
  readonly openJobs: readonly JobView[];
  readonly recentJobs: readonly JobView[];
  readonly pipelines: readonly PipelineView[];
  readonly recentSyncs: readonly SyncView[];
  readonly models: readonly ModelView[];
}

/** What `ringmaster status`, the web page and `/status` show. Only a running process knows the rest. */
export interface ClusterStatus extends LedgerStatus {
  readonly cluster: string;
  readonly processes: readonly ProcessView[];
  readonly temporalAddress: string;
  readonly temporalUi?: string;
}

/** One of our processes, as the launcher records it. */
export interface ProcessView {
  readonly name: string;
  readonly pid: number;
  readonly state: 'running' | 'starting' | 'stopped' | 'failed';
  readonly restarts: number;
  readonly sinceMs: number;
}

/** What `quick_check` found in one ledger's file. */
export interface LedgerCheck {
  readonly file: string;
  readonly ok: boolean;
  readonly detail: string;
}
