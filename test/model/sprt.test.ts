import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { GateConfig } from '../../src/domain/pipeline/pipeline.ts';
import type { PairResult } from '../../src/domain/model/evaluation.ts';
import { estimateElo, logLikelihoodRatio, prefixOf, sprtVerdict, type EloModel, type Pentanomial } from '../../src/domain/model/sprt.ts';
import { options } from './seed.ts';

const score = fc.constantFrom(0, 0.5, 1);
const gate = fc.record<GateConfig>({
  elo0: fc.integer({ min: -20, max: 10 }),
  elo1: fc.integer({ min: 11, max: 150 }),
  alpha: fc.constantFrom(0.05, 0.1),
  beta: fc.constantFrom(0.05, 0.1),
  pairsMax: fc.integer({ min: 1, max: 80 }),
  pairsPerItem: fc.constant(4),
});
const game = fc.tuple(score, score);
/**
 * Generates results of three kinds: mixed, good for the candidate, and bad for the candidate. The good and bad kinds reach the bounds of the test.
 */
const pairs = fc
  .oneof(
    fc.array(game, { maxLength: 80 }),
    fc.array(fc.constantFrom<[number, number]>([1, 1], [1, 0.5]), { maxLength: 80 }),
    fc.array(fc.constantFrom<[number, number]>([0, 0], [0, 0.5]), { maxLength: 80 }),
  )
  .map((scores) => scores.map<PairResult>((two, index) => ({ index, opening: index, scores: two })));
const model = fc.constantFrom<EloModel>('logistic', 'normalized');

it('the order of arrival does not matter', () => {
  fc.assert(
    fc.property(
      gate,
      pairs.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      model,
      (config, [all, arrived], elo) => {
        expect(sprtVerdict(config, arrived, elo)).toEqual(sprtVerdict(config, all, elo));
      },
    ),
    options(300),
  );
});

it('later pairs never change a verdict, and pairs behind a gap are not read', () => {
  fc.assert(
    fc.property(gate, pairs, pairs, fc.nat({ max: 80 }), (config, first, second, missing) => {
      const verdict = sprtVerdict(config, first);
      const later = [...first, ...second.map((pair) => ({ ...pair, index: pair.index + first.length }))];
      if (verdict.verdict !== 'continue') expect(sprtVerdict(config, later)).toEqual(verdict);
      const gap = later.filter(({ index }) => index !== missing);
      expect(sprtVerdict(config, gap)).toEqual(sprtVerdict(config, later.slice(0, missing)));
      expect(prefixOf(gap, 1000).every(({ index }, at) => index === at)).toBe(true);
    }),
    options(300),
  );
});

it('the verdict comes at the first crossing of a bound, not at an earlier pair', () => {
  fc.assert(
    fc.property(gate, pairs, (config, all) => {
      const { verdict, pairsUsed, llr, lower, upper } = sprtVerdict(config, all);
      expect(pairsUsed).toBeLessThanOrEqual(Math.min(all.length, config.pairsMax));
      if (verdict === 'accept') expect(llr).toBeGreaterThanOrEqual(upper);
      if (verdict === 'continue') expect(llr > lower && llr < upper && pairsUsed < config.pairsMax).toBe(true);
      for (let n = 0; n < pairsUsed; n += 1) expect(sprtVerdict(config, all.slice(0, n)).verdict).toBe('continue');
    }),
    options(60),
  );
});

it('swapping the players changes the sign, and a better score never lowers the ratio', () => {
  const counts = fc.tuple(...[0, 1, 2, 3, 4].map(() => fc.nat({ max: 400 }))) as fc.Arbitrary<[number, number, number, number, number]>;
  fc.assert(
    fc.property(counts, fc.integer({ min: 1, max: 100 }), model, fc.nat({ max: 3 }), (found, elo, by, from) => {
      const mirrored = found.toReversed() as unknown as Pentanomial;
      const llr = logLikelihoodRatio(found, { elo0: -elo, elo1: elo }, by);
      expect(Number.isFinite(llr)).toBe(true);
      expect(logLikelihoodRatio(mirrored, { elo0: -elo, elo1: elo }, by)).toBeCloseTo(-llr, 4);
      expect(estimateElo(mirrored).elo).toBeCloseTo(-estimateElo(found).elo, 6);
      if (by === 'logistic' && (found[from] ?? 0) > 0) {
        const better = found.map((count, at) => count + (at === from ? -1 : at === from + 1 ? 1 : 0)) as unknown as Pentanomial;
        expect(estimateElo(better).elo).toBeGreaterThanOrEqual(estimateElo(found).elo - 1e-9);
      }
    }),
    options(300),
  );
});

it('has at most the promised error rates', () => {
  // The simulated games are independent and have no draws. The true strength is elo0 in one call and elo1 in the other, and α = β = 0.05. The real
  // error rates are below α and β, because Wald's bounds overshoot.
  const config: GateConfig = { elo0: 0, elo1: 60, alpha: 0.05, beta: 0.05, pairsMax: 2_000, pairsPerItem: 4 };
  const rate = (elo: number, wrong: 'accept' | 'reject', runs: number): number => {
    let state = 12_345;
    const draw = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
    const win = 1 / (1 + 10 ** (-elo / 400));
    let errors = 0;
    for (let run = 0; run < runs; run += 1) {
      const all: PairResult[] = [];
      const one = (): 0 | 1 => (draw() < win ? 1 : 0);
      let verdict = 'continue';
      while (verdict === 'continue') {
        for (let k = 0; k < 40; k += 1) all.push({ index: all.length, opening: 0, scores: [one(), one()] });
        verdict = sprtVerdict(config, all).verdict;
      }
      if (verdict === wrong) errors += 1;
    }
    return errors / runs;
  };
  const runs = 150;
  // With 150 runs, 7.5 errors (5 %) are expected, with a standard deviation of 2.7. The limit is three deviations above the expected number.
  expect(rate(0, 'accept', runs)).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs));
  expect(rate(60, 'reject', runs)).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs));
});
