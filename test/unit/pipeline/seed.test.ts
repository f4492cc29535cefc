import { expect, it } from 'vitest';
import { deriveSeed } from '../../../src/domain/pipeline/seed.ts';

it('never changes: the games of every pipeline depend on it', () => {
  expect(deriveSeed({ seed: 7, stage: 'self-play', turn: 1, index: 0 })).toMatchInlineSnapshot(`705502273`);
  expect(deriveSeed({ seed: 7, stage: 'self-play', turn: 1, index: 1 })).toMatchInlineSnapshot(`1742129241`);
  expect(deriveSeed({ seed: 7, stage: 'train', turn: 1, index: 0 })).toMatchInlineSnapshot(`2719141243`);
});

it('is unsigned 32 bit and spreads over turns and indices', () => {
  const seen = new Set<number>();
  let ones = 0;
  for (let turn = 0; turn < 100; turn += 1) {
    for (let index = 0; index < 100; index += 1) {
      const seed = deriveSeed({ seed: 42, stage: 'self-play', turn, index });
      expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32).toBe(true);
      seen.add(seed);
      ones += seed >>> 31;
    }
  }
  // The test derives 10,000 seeds out of 2^32. The expected number of equal pairs is 0.01, and half of the seeds should have the top bit set.
  expect(seen.size).toBeGreaterThanOrEqual(9_999);
  expect(ones).toBeGreaterThan(4_700);
  expect(ones).toBeLessThan(5_300);
});
