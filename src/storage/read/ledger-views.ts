/** What the read model returns. */
import type { ItemFacts, QueueFilter } from '../../domain/item/view.ts';
import type { JobView, JobFilter } from '../../domain/job/view.ts';
import type { ModelView } from '../../domain/model/model.ts';
import type { NodeTransition } from '../../domain/node/node-change.ts';
import type { StageSpan } from '../../domain/pipeline/stage-history.ts';
import type { SyncView } from '../../domain/dataset/sync.ts';
import type { WorkItem } from '../../domain/item/work-item.ts';
import type { LedgerStatus } from '../../domain/cluster/status.ts';

export interface ReadModel {
  status: () => LedgerStatus;
  item: (id: string) => ItemFacts | undefined;
  /** Open jobs first, then closed ones, the newest first. */
  jobs: (filter?: JobFilter) => readonly JobView[];
  /** Pending items in the order in which they will be claimed. Items of other states newest first. */
  queue: (filter?: QueueFilter) => readonly WorkItem[];
  syncs: (limit?: number) => readonly SyncView[];
  models: () => readonly ModelView[];
  /** The last transitions of a node, newest first. */
  nodeChanges: (node: string, limit?: number) => readonly NodeTransition[];
  /** The stages of a turn, in their order. */
  stages: (pipeline: string, turn: number) => readonly StageSpan[];
  close: () => void;
}
