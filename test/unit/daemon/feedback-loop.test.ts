import { expect, test } from 'vitest';
import type { PipelineConfig } from '../../../src/domain/pipeline/pipeline.ts';
import { decideFeedback, type SeenResults } from '../../../src/duty/feedback-loop.ts';

const config = { name: 'cf', exploration: 0.1, gamesPerTurn: 200, feedback: { gamesPerTurn: { min: 100, max: 300 } } } as unknown as PipelineConfig;
const near = (turn: number) => ({ turn, promoted: false, score: 0.53, llr: 0.5, used: { gamesPerTurn: 200 } });
const seen = (changes: Partial<SeenResults> = {}): SeenResults => ({ config, reached: {}, results: [near(2), near(1)], faults: [], ...changes });

test('the changes of a pipeline are one step, for the newest turn, and the next round comes soon', () => {
  const reason = 'turns 1 and 2 brought candidates that are better by too little';
  expect(decideFeedback([seen(), seen({ results: [near(1)] })])).toMatchObject({
    steps: [{ type: 'adjust-values', pipeline: 'cf', turn: 2, changes: [{ key: 'gamesPerTurn', from: 200, to: 225, reason }] }],
    restMs: 1_000,
  });
});

test('the health names the pipelines and their present values', () => {
  const calm = decideFeedback([seen({ reached: { gamesPerTurn: 225 } })]);
  expect(calm).toMatchObject({ steps: [], health: { healthy: true, message: 'follows the results of cf', details: { cf: 'gamesPerTurn 225' } } });
  expect(calm).not.toHaveProperty('restMs');
  expect(decideFeedback([]).health.message).toBe('every pipeline has fixed values');
});
