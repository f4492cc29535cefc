import type { FailureRecord } from '../failure/record.ts';
import type { SetAsideFile } from '../game/set-aside.ts';
import type { EvaluationProgress } from '../model/evaluation.ts';
import type { PipelineStage } from './stages.ts';

/** The position of a pipeline within a turn. The stage writes this record at each of its steps. */
export interface StageRecord {
  readonly pipeline: string;
  readonly turn: number;
  readonly stage: PipelineStage;
  /** One line for people, for example "train on b: 3/8". */
  readonly detail: string;
  readonly evaluation?: EvaluationProgress;
  readonly failure?: FailureRecord;
}

export interface PipelineView {
  readonly name: string;
  readonly turn: number;
  readonly stage: PipelineStage;
  readonly stageSinceMs: number;
  /** One line for people, for example "train on b: 3/8". */
  readonly detail: string;
  readonly champion: string;
  readonly championElo: number;
  readonly promotions: number;
  readonly games: number;
  readonly evaluation?: EvaluationProgress;
  readonly failure?: FailureRecord;
  /** The games files that were set aside most recently. Absent when there are none. */
  readonly setAside?: readonly SetAsideFile[];
}
