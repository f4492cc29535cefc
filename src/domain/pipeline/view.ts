import type { FailureRecord } from '../failure/record.ts';
import type { SetAsideFile } from '../game/set-aside.ts';
import type { EvaluationProgress } from '../model/evaluation.ts';
import type { FeedbackView } from './feedback.ts';
import type { PipelineStage } from './stages.ts';
import type { PipelineStanding } from './wish.ts';

/** The position of a pipeline within a turn. The stage writes this record at each of its steps. */
export interface StageRecord {
  readonly pipeline: string;
  readonly turn: number;
  readonly stage: PipelineStage;
  /** One line for people, for example "train on b: 3/8". */
  readonly detail: string;
  readonly evaluation?: EvaluationProgress;
  readonly failure?: FailureRecord;
  /** The next turn, the turns left and the wish. Only the records of the pipeline's workflow have them. */
  readonly standing?: PipelineStanding;
}

/** The values with which a turn began, compared with the present ones. */
export interface BegunView {
  readonly turn: number;
  /** The number of runs of the turn so far. */
  readonly runs: number;
  readonly payloadDigest: string;
  /** The digest that the payload of a later run replaced. */
  readonly replacedDigest?: string;
  /** The keys of the cluster file that had another value when the turn's newest run began. The turn keeps its own values. */
  readonly kept: readonly string[];
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
  /** The values with which the newest turn began. Absent before the first turn. */
  readonly begun?: BegunView;
  /** The values that follow the results of the turns. Absent for a pipeline whose values are fixed. */
  readonly feedback?: readonly FeedbackView[];
  /** The wish of an operator, and the turns that are wanted. Absent for a pipeline that was never run by this release. */
  readonly standing?: PipelineStanding;
}
