import { expect, it } from 'vitest';
import { deriveSeed } from '../../../src/domain/pipeline/seed.ts';
import { isResting, isStopped, isTurnOver, stageKeys, stages, workStages, type PipelineStage } from '../../../src/domain/pipeline/stages.ts';

const all = Object.keys(stages) as PipelineStage[];

it('a turn passes its steps in this order', () => {
  expect(workStages).toEqual(['self-play', 'sync', 'consolidate', 'export', 'train', 'evaluate', 'promote', 'distribute']);
});

it('the stages of the cluster file are those that are done by jobs', () => {
  expect(stageKeys).toEqual(['selfPlay', 'train', 'evaluate']);
});

it('a pipeline that does not work rests: after a turn, or within one', () => {
  expect(all.filter(isTurnOver)).toEqual(['done', 'skipped', 'idle']);
  expect(all.filter(isStopped)).toEqual(['paused', 'stopped', 'failed']);
  expect(all.filter(isResting)).toEqual(['done', 'skipped', 'idle', 'paused', 'stopped', 'failed']);
});

it('between two turns the pipeline does not claim that all turns are done', () => {
  expect(stages.done.meaning).not.toBe(stages.idle.meaning);
  expect(stages.idle.meaning).toBe('All turns asked for are done.');
  expect(stages.done.meaning).toContain('the next one begins');
});

it('the name of a job stage is part of its seeds and never changes', () => {
  const seeds = (['self-play', 'train', 'evaluate'] as const).map((stage) => deriveSeed({ seed: 1, stage, turn: 1, index: 0 }));
  expect(seeds).toMatchInlineSnapshot(`
    [
      911322102,
      3624610277,
      3219368014,
    ]
  `);
});
