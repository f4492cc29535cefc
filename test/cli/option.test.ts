/** Tests that an argument of the CLI is parsed as in the cluster file, and that a refusal has the value that was meant. */
import { expect, test } from 'vitest';
import { durationOf, numberOf } from '../../src/cli/program/option.ts';
import { pauseSecondsMax } from '../../src/domain/limits.ts';

test('a duration', () => {
  const durationMs = durationOf(1, 3_650 * 86_400_000);
  expect(['90s', '1.5m', '500ms', '7d'].map(durationMs)).toEqual([90_000, 90_000, 500, 604_800_000]);
  expect(() => durationMs('5 minutes')).toThrow('It must be a duration like 500ms, 30s, 10m, 12h or 7d. Try 5m.');
  expect(() => durationMs('2 Stunden')).toThrow('Try 2h.');
  expect(() => durationMs('90')).toThrow('Try 90s.');
  expect(() => durationMs('soon')).toThrow('Try 1h.');
  expect(() => durationMs('0s')).toThrow('It must lie between 1ms and 3650d, not 0s. Try 1ms.');
  const pause = durationOf(1_000, pauseSecondsMax * 1_000);
  expect(pause('365d')).toBe(pauseSecondsMax * 1_000);
  expect(() => pause('400d')).toThrow('It must lie between 1s and 365d, not 400d. Try 365d.');
  expect(() => pause('500ms')).toThrow('It must lie between 1s and 365d, not 500ms. Try 1s.');
});

test('a number', () => {
  expect(numberOf(1, 1_000)('50')).toBe(50);
  expect(() => numberOf(1, 10_000)('1,000')).toThrow('It must be a number from 1 to 10000. Try 1000.');
  expect(() => numberOf(1, 1_000)('10k')).toThrow('Try 1000.');
  expect(() => numberOf(1, 1_000)('many')).toThrow(/1 to 1000\.$/);
  expect(() => numberOf(0.1, 10)('0,5')).toThrow('Try 0.5.');
});
