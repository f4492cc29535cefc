/**
 * What the read model answers. The types are those of `src/contract/read-model.ts`, spelled again because storage may not import the contract;
 * the compiler compares them where the two meet.
 */
import type { FailureRecord } from '../domain/failure.ts';
import type { NodeView } from '../domain/node.ts';
import type { PipelineStage } from '../domain/pipeline.ts';
import type { ItemState, JobKind, WorkItem } from '../domain/work-item.ts';
import type { EvaluationProgress } from './resource-state.ts';

export interface JobEntry {
  readonly item: string;
  readonly epoch: number;
  readonly kind: JobKind;
  readonly pipeline?: string;
  readonly turn?: number;
  readonly node: string;
  readonly state: 'claimed' | 'running' | 'completed' | 'failed';
  readonly startedAtMs: number;
  readonly endedAtMs?: number;
  readonly failure?: FailureRecord;
  readonly progress?: { readonly done: number; readonly of: number };
}

export interface PipelineEntry {
  readonly name: string;
  readonly turn: number;
  readonly stage: PipelineStage;
  readonly stageSinceMs: number;
  readonly detail: string;
  readonly champion: string;
  readonly championElo: number;
  readonly promotions: number;
  readonly games: number;
  readonly evaluation?: EvaluationProgress;
  readonly failure?: FailureRecord;
}

export interface SyncSummary {
  readonly dataset: string;
  readonly source: string;
  readonly target: string;
  readonly timestamp: string;
  readonly digest: string;
  readonly files: number;
  readonly bytes: number;
  readonly durationMs: number;
  readonly state: 'completed' | 'failed';
  readonly failure?: FailureRecord;
}

export interface ModelEntry {
  readonly id: string;
  readonly pipeline: string;
  readonly turn: number;
  readonly sha256: string;
  readonly state: 'candidate' | 'champion' | 'retired' | 'rejected';
  readonly elo: number;
  readonly eloError: number;
  readonly trainingSet: string;
  readonly createdAtMs: number;
}

/** `ClusterStatus` without what only a running process knows. */
export interface LedgerStatus {
  readonly v: 1;
  readonly readAtMs: number;
  readonly nodes: readonly NodeView[];
  readonly queue: Readonly<Record<ItemState, number>>;
  readonly openJobs: readonly JobEntry[];
  readonly recentJobs: readonly JobEntry[];
  readonly pipelines: readonly PipelineEntry[];
  readonly recentSyncs: readonly SyncSummary[];
  readonly models: readonly ModelEntry[];
}

export interface ItemHistory {
  readonly item: WorkItem;
  readonly jobs: readonly JobEntry[];
}

export interface JobFilter {
  readonly state?: JobEntry['state'] | undefined;
  readonly kind?: JobKind | undefined;
  readonly limit?: number | undefined;
}

export interface QueueFilter {
  readonly state?: ItemState | undefined;
  readonly limit?: number | undefined;
}

export interface ReadModel {
  status: () => LedgerStatus;
  item: (id: string) => ItemHistory | undefined;
  /** Open ones first, then newest first. */
  jobs: (filter?: JobFilter) => readonly JobEntry[];
  /** Pending in the order they will be taken; the others newest first. */
  queue: (filter?: QueueFilter) => readonly WorkItem[];
  syncs: (limit?: number) => readonly SyncSummary[];
  models: () => readonly ModelEntry[];
  close: () => void;
}
