/**
 * The expected figures are published by fastchess (`app/tests/sprt_test.cpp`, `elo_test.cpp`), and fishtest agrees. The tolerance is the precision of
 * the published figures.
 */
import { describe, expect, it } from 'vitest';
import type { GateConfig } from '../../../src/domain/pipeline/pipeline.ts';
import type { PairResult } from '../../../src/domain/model/evaluation.ts';
import {
  estimateElo,
  logLikelihoodRatio,
  pentanomialOf,
  prefixOf,
  sprtBounds,
  sprtVerdict,
  type EloModel,
  type Pentanomial,
  type Trinomial,
} from '../../../src/domain/model/sprt.ts';

const games = (wins: number, losses: number, draws: number): Trinomial => [losses, draws, wins];
const pairs = (ll: number, ld: number, wl: number, dd: number, wd: number, ww: number): Pentanomial => [ll, ld, wl + dd, wd, ww];

interface Vector {
  readonly counts: Pentanomial | Trinomial;
  readonly model: EloModel;
  readonly elo: readonly [number, number];
  readonly llr: number;
  readonly tolerance?: number;
}

const vectors: readonly Vector[] = [
  { counts: games(36433, 36027, 68692), model: 'normalized', elo: [0, 2], llr: 0.92 },
  { counts: games(10871, 10650, 20431), model: 'normalized', elo: [-1.75, 0.25], llr: 2.3 },
  { counts: games(4250, 0, 0), model: 'normalized', elo: [0, 10], llr: 120.548, tolerance: 0.0005 },
  { counts: games(21404, 21184, 40708), model: 'logistic', elo: [0.5, 2.5], llr: -1.57 },
  { counts: games(57433, 57030, 106593), model: 'logistic', elo: [0, 2], llr: -2.59 },
  { counts: pairs(365, 16618, 36029, 200, 16974, 390), model: 'normalized', elo: [0, 2], llr: 2.25 },
  { counts: pairs(127, 4883, 10311, 401, 5150, 104), model: 'normalized', elo: [-1.75, 0.25], llr: 3.01 },
  { counts: pairs(0, 0, 0, 0, 0, 5550), model: 'normalized', elo: [0, 5], llr: 111.798, tolerance: 0.0005 },
  { counts: pairs(223, 9863, 20279, 1000, 10037, 246), model: 'logistic', elo: [0.5, 2.5], llr: -3.07 },
  { counts: pairs(871, 26175, 55003, 980, 26678, 821), model: 'logistic', elo: [0, 2], llr: -4.98 },
];

describe('log likelihood ratio', () => {
  it.each(vectors)('$model $elo of $counts is $llr', ({ counts, model, elo: [elo0, elo1], llr, tolerance = 0.00501 }) => {
    expect(Math.abs(logLikelihoodRatio(counts, { elo0, elo1 }, model) - llr)).toBeLessThanOrEqual(tolerance);
  });

  it('is defined for every single pair', () => {
    for (let at = 0; at < 5; at += 1) {
      const counts = [0, 0, 0, 0, 0].map((_, index) => (index === at ? 1 : 0)) as unknown as Pentanomial;
      for (const model of ['logistic', 'normalized'] as const)
        expect(Number.isFinite(logLikelihoodRatio(counts, { elo0: 0, elo1: 50 }, model))).toBe(true);
    }
  });
});

const elos = [
  { counts: pairs(34, 54, 31, 32, 64, 75), elo: 55.58, error: 27.65, nElo: 57.94, nEloError: 28.28 },
  { counts: pairs(332, 433, 457, 41, 333, 334), elo: -8.64, error: 10.33, nElo: -9.17, nEloError: 10.96, los: 5.05 },
  { counts: pairs(7895, 8757, 5485, 200, 568, 9999), elo: -21.04, error: 2.95, nElo: -19.01, nEloError: 2.65 },
  { counts: games(76, 89, 123), nElo: -20.76, nEloError: 40.13, los: 15.53 },
  { counts: games(136, 96, 111), elo: 40.7, error: 30.43, nElo: 49.77, nEloError: 36.77, los: 99.6 },
] as const;

describe('Elo estimate', () => {
  it.each(elos)('of $counts', (vector) => {
    const found = estimateElo(vector.counts);
    expect(Math.abs(found.nElo - vector.nElo)).toBeLessThanOrEqual(0.00501);
    expect(Math.abs(found.nEloError - vector.nEloError)).toBeLessThanOrEqual(0.00501);
    if ('elo' in vector) expect(Math.abs(found.elo - vector.elo)).toBeLessThanOrEqual(0.00501);
    if ('error' in vector) expect(Math.abs(found.error - vector.error)).toBeLessThanOrEqual(0.00501);
    if ('los' in vector) expect(Math.abs(found.los * 100 - vector.los)).toBeLessThanOrEqual(0.00501);
  });

  it('stays within ±800, and its error is unknown when all games are alike', () => {
    expect(estimateElo([0, 0, 0, 0, 40])).toMatchObject({ elo: 800, error: 800 });
    expect(estimateElo([40, 0, 0, 0, 0]).elo).toBeCloseTo(-800, 6);
    expect(estimateElo([0, 0, 0, 0, 0])).toMatchObject({ elo: 0, error: 800, los: 0.5 });
  });
});

const gate: GateConfig = { elo0: 0, elo1: 100, alpha: 0.05, beta: 0.05, pairsMax: 60, pairsPerItem: 4 };
const won = (index: number): PairResult => ({ index, opening: index, scores: [1, 1] });
const lost = (index: number): PairResult => ({ index, opening: index, scores: [0, 0] });
const mixed = (index: number): PairResult => ({ index, opening: index, scores: index % 2 === 0 ? [1, 0] : [0.5, 0.5] });
const many = (count: number, of: (index: number) => PairResult): readonly PairResult[] => Array.from({ length: count }, (_, index) => of(index));

describe('verdict', () => {
  it('has the bounds of Wald', () => {
    expect(sprtBounds(gate).upper).toBeCloseTo(2.944, 3);
    expect(sprtBounds(gate).lower).toBeCloseTo(-2.944, 3);
  });

  it('accepts and rejects at the first index that crosses a bound, whatever follows', () => {
    const accepted = sprtVerdict(gate, many(40, won));
    expect(accepted.verdict).toBe('accept');
    expect(accepted.pairsUsed).toBeLessThan(40);
    const turned = [...many(accepted.pairsUsed, won), ...many(60, lost).slice(accepted.pairsUsed)];
    expect(sprtVerdict(gate, turned)).toEqual(accepted);
    expect(sprtVerdict(gate, many(accepted.pairsUsed - 1, won)).verdict).toBe('continue');
    expect(sprtVerdict(gate, many(40, lost)).verdict).toBe('reject');
  });

  it('does not look beyond a gap', () => {
    const gap = many(40, won).filter(({ index }) => index !== 3);
    expect(sprtVerdict(gate, gap)).toMatchObject({ verdict: 'continue', pairsUsed: 3 });
    expect(prefixOf(gap, 60).map(({ index }) => index)).toEqual([0, 1, 2]);
  });

  it('rejects an undecided candidate after pairsMax, and not earlier', () => {
    const close = (index: number): PairResult => ({ index, opening: index, scores: index % 3 === 0 ? [1, 0.5] : index % 3 === 1 ? [1, 0] : [1, 0] });
    const undecided = { ...gate, pairsMax: 12 };
    expect(sprtVerdict(undecided, many(11, close)).verdict).toBe('continue');
    const end = sprtVerdict(undecided, many(30, close));
    expect(end).toMatchObject({ verdict: 'reject', pairsUsed: 12 });
    expect(end.llr).toBeGreaterThan(end.lower);
  });

  it('is undecided without pairs', () => {
    expect(sprtVerdict(gate, [])).toMatchObject({ verdict: 'continue', llr: 0, pairsUsed: 0 });
    expect(pentanomialOf([mixed(0), mixed(1), won(2), lost(3)])).toEqual([1, 0, 2, 0, 1]);
  });
});
