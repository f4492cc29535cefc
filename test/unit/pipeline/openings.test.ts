import { expect, it } from 'vitest';
import { openingOf } from '../../../src/domain/pipeline/pipeline.ts';

const gate = { elo0: 0, elo1: 50, alpha: 0.05, beta: 0.05, pairsMax: 120, pairsPerItem: 10 };
/** Returns the openings of one match whose first pair has this number among all pairs of the pipeline. */
const match = (first: number, more: { readonly openings?: number; readonly pairsMax?: number } = {}) =>
  Array.from({ length: more.pairsMax ?? gate.pairsMax }, (_, pair) => openingOf({ ...gate, ...more }, first + pair));

it('wrap around over the turns: a pipeline without end never asks for an opening that the payload does not have', () => {
  for (const turn of [0, 14, 60, 1_000_000]) {
    const openings = match(turn * gate.pairsMax, { openings: 7_120 });
    expect(Math.max(...openings)).toBeLessThan(7_120);
    expect(new Set(openings).size, `turn ${turn}: no opening twice within the match`).toBe(gate.pairsMax);
  }
});

it('without a number in the cluster file, there are 1000, or as many as a match has pairs', () => {
  expect(Math.max(...match(980))).toBe(999);
  const large = match(1_990, { pairsMax: 2_000 });
  expect([Math.max(...large), new Set(large).size]).toEqual([1_999, 2_000]);
});
