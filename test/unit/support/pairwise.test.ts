import { expect, test } from 'vitest';
import { pairwise, randomFrom } from '../../support/pairwise.ts';

const dimensions = { a: ['1', '2', '3', '4', '5'], b: ['x', 'y', 'z'], c: ['p', 'q', 'r', 's'], d: ['0', '1'] };

test('every two values of two dimensions meet, in few rows and always in the same rows', () => {
  const rows = pairwise(dimensions);
  const names = Object.keys(dimensions) as (keyof typeof dimensions)[];
  for (const a of names)
    for (const b of names)
      if (a < b)
        for (const x of dimensions[a])
          for (const y of dimensions[b])
            expect(
              rows.some((row) => row[a] === x && row[b] === y),
              `${a}=${x} ${b}=${y}`,
            ).toBe(true);
  expect(rows.length).toBeGreaterThanOrEqual(20);
  expect(rows.length).toBeLessThan(30);
  expect(pairwise(dimensions)).toEqual(rows);
});

test('random numbers repeat with their seed', () => {
  const take = (seed: number) => Array.from({ length: 5 }, randomFrom(seed));
  expect(take(1)).toEqual(take(1));
  expect(take(1)).not.toEqual(take(2));
  expect(take(1).every((number) => number >= 0 && number < 1)).toBe(true);
});
