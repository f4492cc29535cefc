import { expect, test } from 'vitest';
import { sayEnded } from '../../../src/domain/pipeline/say-ended.ts';

test.each([
  [[], '0/6 items'],
  [['completed', 'completed'], '2/6 items'],
  [['completed', 'failed', 'cancelled'], '1/6 items, 2 failed'],
  [['failed', 'failed'], '0/6 items, 2 failed'],
] as const)('a stage whose items are %j shows %s', (states, said) => {
  expect(
    sayEnded(
      states.map((state) => ({ state })),
      6,
    ),
  ).toBe(said);
});
