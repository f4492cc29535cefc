/** Tests how each record of a stage changes the open stage. */
import { expect, it } from 'vitest';
import { stageHistoryStep } from '../../../src/domain/pipeline/stage-history.ts';
import { isResting, type PipelineStage, stages, workStages } from '../../../src/domain/pipeline/stages.ts';

const at = (stage: PipelineStage, turn = 3) => ({ stage, turn });
const allStages = Object.keys(stages) as PipelineStage[];

it.each<readonly [string, PipelineStage | undefined, PipelineStage, object]>([
  ['first of a turn', undefined, 'self-play', { open: true }],
  ['repeat', 'train', 'train', { open: false }],
  ['next stage', 'train', 'evaluate', { open: true, close: 'completed' }],
  ['skipped stages', 'self-play', 'export', { open: true, close: 'completed' }],
  ['gathering goes back to play again', 'consolidate', 'self-play', { open: true, close: 'completed' }],
  ['gathering goes back to sync', 'consolidate', 'sync', { open: true, close: 'completed' }],
  ['the turn runs again', 'evaluate', 'self-play', { open: true, close: 'abandoned' }],
  ['the turn runs again from the export', 'export', 'self-play', { open: true, close: 'abandoned' }],
  ['the end of the turn', 'distribute', 'done', { open: false, close: 'completed' }],
  ['a failure', 'train', 'failed', { open: false, close: 'failed' }],
  ['a pause in the middle', 'train', 'paused', { open: false, close: 'abandoned' }],
  ['a rest after the end', undefined, 'idle', { open: false }],
])('%s', (_, open, record, step) => {
  expect(stageHistoryStep(open === undefined ? undefined : at(open), at(record))).toEqual(step);
});

it('a record of an earlier turn changes nothing; one of a later turn abandons what is open', () => {
  for (const open of workStages)
    for (const record of allStages) {
      expect(stageHistoryStep(at(open, 3), at(record, 2))).toEqual({ open: false });
      expect(stageHistoryStep(at(open, 3), at(record, 4))).toEqual({ open: !isResting(record), close: 'abandoned' });
    }
});

it('no pair of stages leaves two open, and only a stage that does work is opened', () => {
  for (const open of workStages)
    for (const record of allStages) {
      const step = stageHistoryStep(at(open), at(record));
      expect(step.open && step.close === undefined, `${open}, ${record}`).toBe(false);
      expect(step.open && isResting(record), `${open}, ${record}`).toBe(false);
    }
});
