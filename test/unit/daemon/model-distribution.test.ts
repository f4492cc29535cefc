import { expect, test } from 'vitest';
import type { NodeId } from '../../../src/domain/ids.ts';
import { decideChampions } from '../../../src/duty/model-distribution.ts';

const seen = {
  wanted: [{ dataset: 'champion-cf', version: 'cf-3 aa', targets: ['b', 'c'] as NodeId[] }],
  copies: [{ dataset: 'champion-cf', target: 'b', version: 'cf-3 aa', completedAtMs: 99, failures: 0 }],
  nodes: ['b', 'c'].map((node) => ({ node, state: 'alive' as const, sinceMs: 0 })),
  pipelines: [{ name: 'cf', turn: 4, detail: 'waits for MODEL_DISTRIBUTION, which is stopped because ada@home stopped it' }],
};

test('the champion goes to the nodes that lack it, and turns that wait for the daemon are woken', () => {
  const { health, steps, restMs, memory } = decideChampions(seen, undefined, 100);
  expect(steps).toEqual([
    { type: 'wake', workflow: 'generation/cf/4' },
    { type: 'sync', request: { dataset: 'champion-cf', source: 'home', target: 'c', version: 'cf-3 aa' } },
  ]);
  expect(restMs).toBe(1_000);
  expect(health.message).toBe('1 of 2 copies are in step; champion-cf on c is behind: it is being copied');
  expect(decideChampions({ ...seen, pipelines: [] }, memory, 101)).toMatchObject({ steps: [], restMs: 2_000 });
});

test('nothing is pushed before a champion is ready at home', () => {
  expect(decideChampions({ ...seen, wanted: [], pipelines: [] }, undefined, 100)).toMatchObject({
    steps: [],
    health: { message: '0 copies are in step' },
  });
});
