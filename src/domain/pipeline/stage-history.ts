/**
 * Decides how a new record of a stage changes the history of stages. A pipeline has at most one open stage.
 *
 * | the record                                    | the open stage, if there is one        | a stage is opened |
 * |-----------------------------------------------|----------------------------------------|-------------------|
 * | the same turn and stage                       | goes on                                | no                |
 * | of an earlier turn                            | goes on: the record is late            | no                |
 * | a later stage of the turn                     | completed                              | yes               |
 * | a stage that gathering goes back to           | completed                              | yes               |
 * | another earlier stage of the turn             | abandoned: the turn runs again         | yes               |
 * | a stage of a later turn                       | abandoned: its turn never ended        | yes               |
 * | `done` of its turn                            | completed                              | no                |
 * | `failed` of its turn                          | failed                                 | no                |
 * | any other rest (`idle`, `paused`)             | abandoned                              | no                |
 *
 * The table of stages says which stages are gathering. Gathering goes back to `self-play` when games must be played again, and then through `sync` and
 * `consolidate` once more.
 */
import { isGathering, isResting, type PipelineStage, workStages } from './stages.ts';

export const stageOutcomes = ['completed', 'failed', 'abandoned'] as const;
export type StageOutcome = (typeof stageOutcomes)[number];

/** One stage of a turn, from its first record to the record that ended it. */
export interface StageSpan {
  readonly pipeline: string;
  readonly turn: number;
  readonly stage: PipelineStage;
  readonly startedAtMs: number;
  /** The time of the record that ended the stage. Absent while the stage is open. */
  readonly endedAtMs?: number;
  readonly outcome?: StageOutcome;
  /** The last detail of the stage, for example "600 games". Absent while the stage is open. */
  readonly detail?: string;
  readonly failureCode?: string;
}

type At = Pick<StageSpan, 'turn' | 'stage'>;

export interface StageHistoryStep {
  readonly close?: StageOutcome;
  readonly open: boolean;
}

export function stageHistoryStep(open: At | undefined, record: At): StageHistoryStep {
  const opens = !isResting(record.stage);
  if (open === undefined) return { open: opens };
  if (record.turn < open.turn || (record.turn === open.turn && record.stage === open.stage)) return { open: false };
  return { open: opens, close: outcomeOf(open, record) };
}

function outcomeOf(open: At, record: At): StageOutcome {
  if (record.turn !== open.turn) return 'abandoned';
  if (record.stage === 'done') return 'completed';
  if (record.stage === 'failed') return 'failed';
  if (isResting(record.stage)) return 'abandoned';
  const isRepeat = isGathering(open.stage) && isGathering(record.stage);
  return isRepeat || workStages.indexOf(record.stage) > workStages.indexOf(open.stage) ? 'completed' : 'abandoned';
}
