import { expect, test } from 'vitest';
import { isNews, lastRoundOf, ownRoundMs, restOfLooked } from '../../../src/domain/daemon/look.ts';
import { roundLimitMs, type Worked } from '../../../src/domain/daemon/work.ts';

const worked = (over: Partial<Worked> = {}): Worked => ({
  health: { healthy: true, message: 'well', details: { pushes: 1 } },
  memory: { seen: ['a'] },
  steps: [],
  ...over,
});

test.each<[news: boolean, what: string, look: Worked]>([
  [false, 'the same end', worked()],
  [false, 'another message and other details', worked({ health: { healthy: true, message: 'still well', details: { pushes: 2 } } })],
  [true, 'a step', worked({ steps: [{ type: 'wake', workflow: 'dispatcher' }] })],
  [true, 'another memory', worked({ memory: { seen: ['a', 'b'] } })],
  [true, 'no memory', worked({ memory: undefined })],
  [true, 'another verdict', worked({ health: { healthy: false, message: 'well', details: {} } })],
  [true, 'a time for the next round', worked({ restMs: 0 })],
])('a look is news (%s) with %s', (news, _what, look) => {
  expect(isNews(look, lastRoundOf(worked()))).toBe(news);
});

test('a daemon that runs rests for an hour between its own rounds, unless a round asked for less or a failure is not forgiven', () => {
  expect(restOfLooked({ state: 'running', restarts: 0 }, 60_000, undefined)).toBe(ownRoundMs);
  expect(restOfLooked({ state: 'running', restarts: 0 }, 2 * ownRoundMs, undefined)).toBe(2 * ownRoundMs);
  expect(restOfLooked({ state: 'running', restarts: 0 }, 60_000, 0)).toBe(0);
  expect(restOfLooked({ state: 'running', restarts: 0 }, 60_000, 90_000)).toBe(60_000);
  expect(restOfLooked({ state: 'running', restarts: 1 }, 60_000, undefined)).toBe(60_000);
  expect(restOfLooked({ state: 'degraded', restarts: 0 }, 60_000, undefined)).toBe(60_000);
});

test('each failure in a row doubles the time of a round, up to its greatest', () => {
  expect([0, 1, 2, 3, 100].map(roundLimitMs)).toEqual([5_000, 10_000, 20_000, 30_000, 30_000]);
});
