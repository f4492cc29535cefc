import { expect, test } from 'vitest';
import { isWithin } from '../../../src/base/is-within.ts';

test('a span ends at its end, and when the clock was set back before its beginning', () => {
  const hour = 3_600_000;
  expect(isWithin(5, 0, 10)).toBe(true);
  expect(isWithin(10, 0, 10)).toBe(false);
  expect(isWithin(hour - 1_000, hour, 2 * hour), 'a small correction of the clock').toBe(true);
  expect(isWithin(0, hour, 2 * hour), 'a step back by an hour').toBe(false);
});
