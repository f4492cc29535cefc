import { expect, it, test } from 'vitest';
import { type CountedTurn, decideQuality, type SeenGames } from '../../../src/duty/quality-monitor.ts';

const counted = (turn: number, changes: Partial<CountedTurn> = {}): CountedTurn => ({
  turn,
  newestMs: turn,
  games: 60,
  distinct: 60,
  wins: 30,
  draws: 5,
  losses: 25,
  lengths: { n: 60, sum: 600, squares: 6_600 },
  ...changes,
});
const seen = (turns: readonly CountedTurn[], holds = false, fresh = turns): SeenGames => ({
  pipeline: 'cf',
  holds,
  turns: turns.map(({ turn, newestMs }) => ({ turn, newestMs })),
  counted: fresh,
});
const bad = counted(2, { distinct: 6 });

test('games in order are shown, and nothing is reported', () => {
  const { health, steps } = decideQuality([seen([counted(2), counted(1)])], undefined);
  expect(steps).toEqual([]);
  expect(health).toMatchObject({ healthy: true, message: 'the newest games of 1 pipelines are in order' });
  expect(health.details['cf']).toBe('turn 2: 60 games, 0 repeated, 30 won, 5 drawn and 25 lost by the first player, 10.0 moves on average');
});

it('a bad batch is reported once for its faults, with the wish of the pipeline', () => {
  const first = decideQuality([seen([bad, counted(1)], true)], undefined);
  const reason = 'the games of turn 2: 90 % of the games repeat another game';
  const faults = ['90 % of the games repeat another game'];
  expect(first.steps).toEqual([{ type: 'report-games', key: 'cf/2: duplicates', holds: true, pipeline: 'cf', turn: 2, games: 60, faults, reason }]);
  expect(first.health.message).toBe('bad games: turn 2 of cf: 90 % of the games repeat another game');
  // Later games of the turn change the figures, and not the fault.
  const more = counted(2, { distinct: 7, newestMs: 9 });
  expect(decideQuality([seen([more, counted(1)], true, [more])], first.memory).steps).toEqual([]);
  expect(decideQuality([seen([counted(3), bad], true, [counted(3)])], first.memory)).toMatchObject({ steps: [], memory: { reported: {} } });
});

it('a pipeline whose batches are not all counted is judged in the next round, which comes soon', () => {
  const behind = decideQuality([seen([bad, counted(1)], false, [bad])], undefined);
  expect(behind).toMatchObject({ steps: [], restMs: 1_000 });
  const next = decideQuality([seen([bad, counted(1)], false, [counted(1)])], behind.memory);
  expect(next.steps).toHaveLength(1);
  expect(next).not.toHaveProperty('restMs');
});

it('a pipeline without games has nothing to judge', () => {
  expect(decideQuality([seen([])], undefined)).toMatchObject({ steps: [], health: { healthy: true, details: {} } });
});
