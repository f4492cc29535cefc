import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../src/base/duration.ts';

test.each([
  ['500ms', 500],
  ['1.5m', 90_000],
  ['12h', 43_200_000],
  ['7d', 604_800_000],
  ['7', undefined],
  ['-1s', undefined],
  ['1 s', undefined],
])('%s is %s ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test('durations get their shortest exact spelling', () => {
  expect([0, 500, 1_500, 90_000, 600_000, 172_800_000].map(formatDuration)).toEqual(['0ms', '500ms', '1500ms', '90s', '10m', '2d']);
});
