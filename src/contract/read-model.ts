import type { FailureRecord } from '../domain/failure.ts';
import type { NodeView } from '../domain/node.ts';
import type { PipelineStage } from '../domain/pipeline.ts';
import type { ItemState, JobKind, WorkItem } from '../domain/work-item.ts';

/** A closed or open try at an item, as the ledger knows it. */
export interface JobView {
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

export interface PipelineView {
  readonly name: string;
  readonly turn: number;
  readonly stage: PipelineStage;
  readonly stageSinceMs: number;
  /** One line for people: "train on b: 3/8". */
  readonly detail: string;
  readonly champion: string;
  readonly championElo: number;
  readonly promotions: number;
  readonly games: number;
  readonly evaluation?: { readonly candidate: string; readonly pairs: number; readonly llr: number; readonly lower: number; readonly upper: number };
  readonly failure?: FailureRecord;
}

export interface SyncView {
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

export interface ModelView {
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

/** The ledger's side of `explain`. */
export interface ItemFacts {
  readonly item: WorkItem;
  readonly jobs: readonly JobView[];
}
