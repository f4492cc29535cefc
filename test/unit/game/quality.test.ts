/** A batch of games is bad by itself, or because it differs suddenly and much from the turns before. */
import { describe, expect, it, test } from 'vitest';
import { batchFaults, type GameBatch, type Moments, qualityLimits, welchT } from '../../../src/domain/game/quality.ts';

/** Returns the moments of a sample with this size, mean and standard deviation. */
const sample = (n: number, mean: number, deviation: number): Moments => ({ n, sum: n * mean, squares: (n - 1) * deviation ** 2 + n * mean ** 2 });
const batch = (changes: Partial<GameBatch> = {}): GameBatch => ({
  turn: 5,
  games: 200,
  distinct: 200,
  wins: 90,
  draws: 30,
  losses: 80,
  lengths: sample(200, 30, 6),
  ...changes,
});
const measuresOf = (one: GameBatch, before: readonly GameBatch[] = []): readonly string[] => batchFaults(one, before).map(({ measure }) => measure);

test("Welch's statistic agrees with the published figure of two samples with unequal variances", () => {
  // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.3, data set AUTO83B: t = -12.94627.
  expect(welchT(sample(249, 20.14458, 6.4147), sample(79, 30.48101, 6.10771))).toBeCloseTo(-12.946, 3);
  expect(welchT(sample(50, 3, 0), sample(50, 3, 0))).toBe(0);
  expect(welchT(sample(50, 4, 0), sample(50, 3, 0))).toBe(Infinity);
});

describe('a batch', () => {
  it.each<[string, GameBatch, readonly string[]]>([
    ['in order', batch(), []],
    ['with half of its games repeated', batch({ distinct: 100 }), []],
    ['with more than half of its games repeated', batch({ distinct: 99 }), ['duplicates']],
    ['that is drawn almost always', batch({ wins: 4, draws: 192, losses: 4 }), ['draws']],
    ['that the first player wins almost always', batch({ wins: 197, draws: 0, losses: 3 }), ['colours']],
    ['that the second player wins almost always', batch({ wins: 3, draws: 0, losses: 197 }), ['colours']],
    ['with results of another kind', batch({ wins: 0, draws: 0, losses: 0 }), []],
    ['of too few games', batch({ games: qualityLimits.gamesMin - 1, distinct: 1, wins: 29, draws: 0, losses: 0 }), []],
  ])('%s', (_case, one, measures) => expect(measuresOf(one)).toEqual(measures));

  it('names its faults with their figures', () => {
    const faults = batchFaults(batch({ distinct: 50, wins: 2, draws: 0, losses: 198 }), []);
    expect(faults.map(({ say }) => say)).toEqual(['75 % of the games repeat another game', 'the second player has 99 % of the points']);
  });
});

describe('a batch after others', () => {
  const before = [batch({ turn: 4 }), batch({ turn: 3 }), batch({ turn: 2 })];
  it.each<[string, GameBatch, readonly string[]]>([
    ['of the same kind has no drift', batch({ wins: 96, draws: 32, losses: 72, lengths: sample(200, 31, 6) }), []],
    ['with far fewer draws and other points', batch({ wins: 150, draws: 0, losses: 50 }), ['drift-colours']],
    ['with far more draws', batch({ wins: 50, draws: 110, losses: 40 }), ['drift-draws']],
    ['of half the length', batch({ lengths: sample(200, 15, 6) }), ['drift-length']],
    ['with a certain and small change of length, as a learner makes it', batch({ lengths: sample(200, 25, 6) }), []],
    ['with a large and uncertain change of length', batch({ games: 30, distinct: 30, lengths: sample(30, 41, 60) }), []],
  ])('%s', (_case, one, measures) => expect(measuresOf(one, before)).toEqual(measures));

  it('is compared with nothing when the turns before have too few games', () => {
    const few = batch({ turn: 4, games: 20, wins: 0, draws: 20, losses: 0, lengths: sample(20, 5, 1) });
    expect(measuresOf(batch(), [few])).toEqual([]);
  });

  it('without lengths is judged by its results', () => {
    expect(measuresOf(batch({ lengths: { n: 0, sum: 0, squares: 0 } }), before)).toEqual([]);
  });
});
