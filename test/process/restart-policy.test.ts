import { expect, test } from 'vitest';
import { restartLimits } from '../../src/process/limits.ts';
import { decideRestart } from '../../src/process/restart-policy.ts';

test('the wait before a restart grows to at most 5 s, and the restarts never stop', () => {
  const delays: number[] = [];
  let ends = 0;
  for (let n = 0; n < 7; n++) {
    const decision = decideRestart(ends, 10);
    ends = decision.ends;
    delays.push(decision.delayMs);
  }
  expect(delays).toEqual([100, 500, 1_000, 2_000, 5_000, 5_000, 5_000]);
});

test('three early ends in a row show as failed, and a stable run resets the count', () => {
  expect([0, 1, 2].map((before) => decideRestart(before, 10).state)).toEqual(['starting', 'starting', 'failed']);
  expect(decideRestart(6, restartLimits.stableMs)).toEqual({ ends: 1, delayMs: 100, state: 'starting' });
});
