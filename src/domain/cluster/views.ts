/** What the ledgers tell people: rows of the read model. Contract and storage both speak of these; a running process adds its own (`src/contract/read-model.ts`). */
import type { FailureRecord } from '../failure/failure.ts';
import type { PipelineStage } from '../pipeline/stages.ts';
import type { JobKind, WorkItem } from '../item/work-item.ts';

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

/** How far a gate's test is: the LLR between its bounds. */
export interface EvaluationProgress {
  readonly candidate: string;
  readonly pairs: number;
  readonly llr: number;
  readonly lower: number;
  readonly upper: number;
}

/** A games file that is never taken, as it is no games or not the bytes that were accepted. Kept by name and content: other bytes are looked at anew. */
export interface SetAsideFile {
  readonly item: string;
  readonly turn: number;
  readonly name: string;
  readonly sha256: string;
  readonly atMs: number;
  readonly failure: FailureRecord;
  /** The item whose games took their place, once they are home. */
  readonly replacedBy?: string;
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
  readonly evaluation?: EvaluationProgress;
  readonly failure?: FailureRecord;
  /** The newest files of games that were set aside; absent when there was none. */
  readonly setAside?: readonly SetAsideFile[];
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

/** The ledger's side of `explain`. */
export interface ItemFacts {
  readonly item: WorkItem;
  readonly jobs: readonly JobView[];
  /** Its file of games, if that was set aside. */
  readonly setAside?: SetAsideFile;
}
