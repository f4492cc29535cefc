import { expect, test } from 'vitest';
import type { NodeId } from '../../../src/domain/ids.ts';
import type { ModelView } from '../../../src/domain/model/model.ts';
import { ratingsFile } from '../../../src/domain/model/ratings-file.ts';
import { decideRatings } from '../../../src/duty/elo-sync.ts';

const model = (id: string, over: Partial<ModelView> = {}): ModelView => ({
  id,
  pipeline: 'cf',
  turn: 1,
  sha256: 'aa',
  state: 'retired',
  elo: 30,
  eloError: 9,
  trainingSet: 'bb',
  createdAtMs: 1,
  ...over,
});
const seen = {
  wanted: [{ dataset: 'ringmaster-ratings', version: 'v2', targets: ['b', 'c'] as NodeId[] }],
  copies: [
    { dataset: 'ringmaster-ratings', target: 'b', version: 'v2', completedAtMs: 99, failures: 0 },
    { dataset: 'ringmaster-ratings', target: 'c', version: 'v1', completedAtMs: 50, failures: 0 },
  ],
  nodes: ['b', 'c'].map((node) => ({ node, state: 'alive' as const, sinceMs: 0 })),
};

test('the ratings have the champion of each pipeline and the models that the gate has rated', () => {
  const pipelines = [
    { name: 'go', champion: 'go-random', championElo: 0 },
    { name: 'cf', champion: 'cf-2', championElo: 80 },
  ];
  const models = [model('cf-3', { state: 'candidate', elo: 0 }), model('cf-2', { state: 'champion', turn: 2, elo: 80 }), model('cf-1')];
  expect(ratingsFile(pipelines, models)).toEqual({
    v: 1,
    pipelines: [
      {
        pipeline: 'cf',
        champion: { model: 'cf-2', elo: 80 },
        models: [
          { model: 'cf-2', turn: 2, state: 'champion', elo: 80, eloError: 9, sha256: 'aa' },
          { model: 'cf-1', turn: 1, state: 'retired', elo: 30, eloError: 9, sha256: 'aa' },
        ],
      },
      { pipeline: 'go', models: [] },
    ],
  });
});

test('the ratings go to the nodes whose copy is behind', () => {
  const { steps, health } = decideRatings(seen, undefined, 100);
  expect(steps).toEqual([{ type: 'sync', request: { dataset: 'ringmaster-ratings', source: 'home', target: 'c', version: 'v2' } }]);
  expect(health.message).toBe('1 of 2 copies are in step; ringmaster-ratings on c is behind: it is being copied');
});

test('a node that is away is behind, and gets the ratings when it is back', () => {
  const away = { ...seen, nodes: seen.nodes.map((one) => (one.node === 'c' ? { ...one, state: 'unreachable' as const } : one)) };
  const { steps, memory } = decideRatings(away, undefined, 100);
  expect(steps).toEqual([]);
  expect(decideRatings(seen, memory, 101).steps).toHaveLength(1);
});

test('without a node that wants the ratings, nothing is done', () => {
  expect(decideRatings({ ...seen, wanted: [] }, undefined, 100)).toMatchObject({
    steps: [],
    health: { healthy: true, message: 'no node of the cluster file has `ratings`, or there is no pipeline' },
  });
});
