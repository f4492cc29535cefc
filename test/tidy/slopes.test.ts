/** The slopes that `npm run soak` prints. They tell a leak from a cache that fills. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repository } from '../support/repository.ts';

type Sample = readonly [atMs: number, bytes: Readonly<Record<string, number>>];
interface Growth {
  readonly soak: string;
  readonly firstMiB: number;
  readonly lastMiB: number;
  readonly mibPerHour: number | undefined;
  readonly firstHalf: number | undefined;
  readonly secondHalf: number | undefined;
}
interface Slopes {
  readonly growth: (samples: readonly Sample[], warmUpMs: number) => readonly Growth[];
}
const { growth } = (await import(join(repository, 'bench/slopes.mjs'))) as Slopes;

const minuteMs = 60_000;
const MiB = 1024 * 1024;
/** Returns a sample every ten seconds for half an hour, after a warm-up of a minute in which the memory falls from 900 MiB. */
const halfAnHour = (sizeMiB: (minutes: number) => number): readonly Sample[] =>
  Array.from({ length: 180 }, (_, k) => {
    const minutes = (k + 1) / 6;
    return [minutes * minuteMs, { 'memory server': (minutes < 1 ? 900 - 100 * minutes : sizeMiB(minutes)) * MiB }];
  });
const of = (sizeMiB: (minutes: number) => number): Growth | undefined => growth(halfAnHour(sizeMiB), minuteMs)[0];

test('a level series has no slope, and the warm-up counts nowhere', () => {
  expect(of(() => 200)).toEqual({ soak: 'memory server', firstMiB: 200, lastMiB: 200, mibPerHour: 0, firstHalf: 0, secondHalf: 0 });
});

test('a leak of 2 MiB a minute has a slope of 120 MiB an hour, over all and in each half', () => {
  expect(of((minutes) => 200 + 2 * minutes)).toEqual({
    soak: 'memory server',
    firstMiB: 202,
    lastMiB: 260,
    mibPerHour: 120,
    firstHalf: 120,
    secondHalf: 120,
  });
});

test('a cache that is full after half the time has its slope in the first half and none in the second', () => {
  const found = of((minutes) => 200 + 4 * Math.min(minutes, 15.5));
  expect(found).toMatchObject({ firstMiB: 204, lastMiB: 262, firstHalf: 240, secondHalf: 0 });
  expect(found?.mibPerHour).toBeGreaterThan(100);
  expect(found?.mibPerHour).toBeLessThan(130);
});

test('memory that falls has a negative slope', () => {
  expect(of((minutes) => 300 - minutes)?.mibPerHour).toBe(-60);
});

test('the ups and downs of a collector hide no leak and make none', () => {
  // A saw of 30 MiB every 100 s: ten samples go up, then the collector frees all.
  const saw = (minutes: number): number => 3 * (Math.round(minutes * 6) % 10);
  for (const slope of ['mibPerHour', 'firstHalf', 'secondHalf'] as const) {
    expect(Math.abs(of((minutes) => 200 + saw(minutes))?.[slope] ?? NaN), slope).toBeLessThan(15);
    expect(Math.abs((of((minutes) => 200 + 2 * minutes + saw(minutes))?.[slope] ?? NaN) - 120), slope).toBeLessThan(15);
  }
});

test('each name of the last sample has its own line, also when it lacks in some samples', () => {
  const samples: readonly Sample[] = [0, 1, 2, 3, 4, 5, 6, 7].map((minutes) => [
    minutes * minuteMs,
    { 'disk a': MiB, ...(minutes === 0 ? { gone: MiB } : {}), ...(minutes % 5 === 0 ? {} : { 'disk b': minutes * MiB }) },
  ]);
  expect(growth(samples, 0)).toEqual([
    { soak: 'disk a', firstMiB: 1, lastMiB: 1, mibPerHour: 0, firstHalf: 0, secondHalf: 0 },
    { soak: 'disk b', firstMiB: 1, lastMiB: 7, mibPerHour: 60, firstHalf: 60, secondHalf: 60 },
  ]);
});

test('two points have no slope, and no samples have no lines', () => {
  expect(
    growth(
      [
        [0, { a: 1 }],
        [1, { a: 2 }],
      ],
      0,
    )[0],
  ).toMatchObject({ mibPerHour: undefined });
  expect(growth([], 0)).toEqual([]);
});
