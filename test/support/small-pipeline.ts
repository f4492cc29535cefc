import type { PipelineConfig, StageConfig } from '../../src/domain/pipeline/pipeline.ts';

/** Returns the settings of a pipeline whose turn has one item a stage. */
export function smallPipeline(name: string, changes: Partial<PipelineConfig> = {}, stageChanges: Partial<StageConfig> = {}): PipelineConfig {
  const stage: StageConfig = {
    command: ['true'],
    limits: { runSecondsMax: 60, silentSecondsMax: 60 },
    attemptsMax: 1,
    labels: [],
    slots: 1,
    env: {},
    ...stageChanges,
  };
  return {
    name,
    payload: '/payload',
    seed: 1,
    turns: 0,
    gamesPerTurn: 1,
    gamesPerItem: 1,
    windowTurns: 1,
    exploration: 0,
    selfPlay: stage,
    train: stage,
    evaluate: stage,
    gate: { elo0: 0, elo1: 50, alpha: 0.05, beta: 0.05, pairsMax: 1, pairsPerItem: 1 },
    ...changes,
  };
}
