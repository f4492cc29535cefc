/**
 * Sequential probability ratio test on game pairs: is the candidate `elo0` or `elo1` stronger than the champion?
 *
 * Formulas: M. Van den Bergh, "Comments on Normalized Elo" (normalized_elo_practical.pdf): propositions 1.1 (logistic) and 4.1 (normalized).
 * fishtest and fastchess use the same formulas; `test/unit/model/sprt.test.ts` compares their published figures with ours.
 *
 * Pairs are read in index order, up to the first index that is missing. Reading ends at the first index where a bound is crossed. So a verdict does not
 * depend on which games were cancelled, which games came late, or whether more pairs come afterwards.
 */
import type { GateConfig } from '../pipeline/pipeline.ts';
import type { PairResult } from './evaluation.ts';

/** `logistic`: Elo from the expected score. `normalized`: the score in units of its own standard deviation, so that draws cost no extra games. */
export type EloModel = 'logistic' | 'normalized';

/** The numbers of pairs that scored 0, ½, 1, 1½ and 2. A pair with a win and a loss is in the same class as a pair with two draws. */
export type Pentanomial = readonly [number, number, number, number, number];
/** The numbers of games that were lost, drawn and won. */
export type Trinomial = readonly [losses: number, draws: number, wins: number];

export interface SprtVerdict {
  readonly verdict: 'accept' | 'reject' | 'continue';
  readonly llr: number;
  readonly lower: number;
  readonly upper: number;
  /** The verdict rests on the pairs 0 .. pairsUsed − 1. */
  readonly pairsUsed: number;
}

export interface EloEstimate {
  /** The Elo difference. It is limited to ±800, because a score of 0 or 1 has no finite Elo. */
  readonly elo: number;
  /** Half the 95 % interval. */
  readonly error: number;
  readonly nElo: number;
  readonly nEloError: number;
  /** Likelihood of superiority, 0..1. */
  readonly los: number;
}

/** Elo of one unit of normalized score: 800 / ln 10. */
const eloPerUnit = 800 / Math.LN10;
const eloMax = 800;
const z95 = 1.959963984540054;
/** An empty class counts as this many games, as in fishtest and fastchess. With 0 games the likelihood would be undefined. */
const emptyClass = 1e-3;

/** Returns Wald's bounds. The test rejects at `lower` or below, and accepts at `upper` or above. */
export const sprtBounds = ({ alpha, beta }: Pick<GateConfig, 'alpha' | 'beta'>): { readonly lower: number; readonly upper: number } => ({
  lower: Math.log(beta / (1 - alpha)),
  upper: Math.log((1 - beta) / alpha),
});

/** Returns the log likelihood ratio of `elo1` against `elo0`. Three counts are numbers of games, and five counts are numbers of pairs. */
export function logLikelihoodRatio(
  counts: Pentanomial | Trinomial,
  { elo0, elo1 }: Pick<GateConfig, 'elo0' | 'elo1'>,
  model: EloModel = 'logistic',
): number {
  const classes = distributionOf(counts);
  const fit = model === 'logistic' ? fitMean : fitNormalizedScore;
  const aim = model === 'logistic' ? scoreOf : (elo: number) => (elo / eloPerUnit) * Math.sqrt(counts.length === 5 ? 2 : 1);
  const h0 = fit(classes, aim(elo0));
  const h1 = fit(classes, aim(elo1));
  return classes.total * sum(classes.share, (share, at) => share * Math.log(nth(h1, at) / nth(h0, at)));
}

/** Returns the state of the test after these pairs. A test that is undecided after `gate.pairsMax` pairs rejects, with `llr` between the bounds. */
export function sprtVerdict(gate: GateConfig, pairs: readonly PairResult[], model: EloModel = 'logistic'): SprtVerdict {
  const { lower, upper } = sprtBounds(gate);
  const counts: [number, number, number, number, number] = [0, 0, 0, 0, 0];
  let llr = 0;
  let pairsUsed = 0;
  for (const pair of prefixOf(pairs, gate.pairsMax)) {
    counts[classOfPair(pair)] = (counts[classOfPair(pair)] ?? 0) + 1;
    pairsUsed += 1;
    llr = logLikelihoodRatio(counts, gate, model);
    if (llr >= upper) return { verdict: 'accept', llr, lower, upper, pairsUsed };
    if (llr <= lower) return { verdict: 'reject', llr, lower, upper, pairsUsed };
  }
  return { verdict: pairsUsed >= gate.pairsMax ? 'reject' : 'continue', llr, lower, upper, pairsUsed };
}

/** Returns the pairs 0, 1, 2 … up to the first gap. When two results have the same index, the first result counts. */
export function prefixOf(pairs: readonly PairResult[], pairsMax: number): readonly PairResult[] {
  const byIndex = new Map<number, PairResult>();
  for (const pair of pairs) if (!byIndex.has(pair.index)) byIndex.set(pair.index, pair);
  const prefix: PairResult[] = [];
  for (let pair = byIndex.get(0); pair !== undefined && prefix.length < pairsMax; pair = byIndex.get(prefix.length)) prefix.push(pair);
  return prefix;
}

export function pentanomialOf(pairs: readonly PairResult[]): Pentanomial {
  const counts: [number, number, number, number, number] = [0, 0, 0, 0, 0];
  for (const pair of pairs) counts[classOfPair(pair)] = (counts[classOfPair(pair)] ?? 0) + 1;
  return counts;
}

/** Returns the estimate of how much stronger the first player is, in Elo. Without games the estimate is 0 ± 800. */
export function estimateElo(counts: Pentanomial | Trinomial): EloEstimate {
  const games = sum(counts, (count) => count);
  if (games === 0) return { elo: 0, error: eloMax, nElo: 0, nEloError: eloMax, los: 0.5 };
  const share = counts.map((count) => count / games);
  const { mean, variance } = momentsOf(scoresOf(counts.length), share);
  const perGame = counts.length === 5 ? 2 : 1;
  const margin = Math.sqrt(variance / games);
  const nEloError = (z95 * eloPerUnit) / Math.sqrt(perGame * games);
  if (variance === 0) {
    // All results are equal, so the sample does not show how widely results spread. The error is unknown, not zero.
    return { elo: eloOf(mean), error: eloMax, nElo: Math.sign(mean - 0.5) * eloMax, nEloError, los: mean > 0.5 ? 1 : mean < 0.5 ? 0 : 0.5 };
  }
  return {
    elo: eloOf(mean),
    error: (eloOf(mean + z95 * margin) - eloOf(mean - z95 * margin)) / 2,
    nElo: ((mean - 0.5) / Math.sqrt(perGame * variance)) * eloPerUnit,
    nEloError,
    los: normalCdf((mean - 0.5) / margin),
  };
}

interface Classes {
  readonly total: number;
  readonly score: readonly number[];
  readonly share: readonly number[];
}

const scoreOf = (elo: number): number => 1 / (1 + 10 ** (-elo / 400));
const eloOf = (score: number): number => {
  if (score <= scoreOf(-eloMax)) return -eloMax;
  if (score >= scoreOf(eloMax)) return eloMax;
  return -400 * Math.log10(1 / score - 1);
};
const classOfPair = (pair: PairResult): number => Math.round((pair.scores[0] + pair.scores[1]) * 2);
const scoresOf = (classes: number): readonly number[] => (classes === 5 ? [0, 0.25, 0.5, 0.75, 1] : [0, 0.5, 1]);

function distributionOf(counts: readonly number[]): Classes {
  const full = counts.map((count) => (count === 0 ? emptyClass : count));
  const total = sum(full, (count) => count);
  return { total, score: scoresOf(counts.length), share: full.map((count) => count / total) };
}

/** Returns the most likely distribution with expected score `mean` (proposition 1.1). */
const fitMean = ({ score, share }: Classes, mean: number): readonly number[] =>
  tilt(
    score.map((value) => value - mean),
    share,
  );

/** Returns the most likely distribution whose (mean − ½) / deviation is `aim` (section 4.1). Repeats the fit until the distribution stops changing. */
function fitNormalizedScore({ score, share }: Classes, aim: number): readonly number[] {
  let fitted: readonly number[] = share.map(() => 1 / share.length);
  for (let round = 0; round < 200; round += 1) {
    const { mean, variance } = momentsOf(score, fitted);
    const deviation = Math.sqrt(variance);
    const next = tilt(
      score.map((value) => value - 0.5 - 0.5 * aim * deviation * (1 + ((value - mean) / deviation) ** 2)),
      share,
    );
    const moved = Math.max(...next.map((value, at) => Math.abs(value - nth(fitted, at))));
    fitted = next;
    if (moved < 1e-9) break;
  }
  return fitted;
}

/** Returns share / (1 + θ·pull) for the one θ at which the weighted sum of the pulls is zero. The sum falls as θ grows, so bisection finds this θ. */
function tilt(pull: readonly number[], share: readonly number[]): readonly number[] {
  let low = -1 / Math.max(...pull);
  let high = -1 / Math.min(...pull);
  for (let step = 0; step < 64; step += 1) {
    const theta = (low + high) / 2;
    let pulls = 0;
    for (let at = 0; at < share.length; at += 1) pulls += (nth(share, at) * nth(pull, at)) / (1 + theta * nth(pull, at));
    if (pulls > 0) low = theta;
    else high = theta;
  }
  const theta = (low + high) / 2;
  return share.map((value, at) => value / (1 + theta * nth(pull, at)));
}

function momentsOf(score: readonly number[], share: readonly number[]): { readonly mean: number; readonly variance: number } {
  const mean = sum(share, (value, at) => value * nth(score, at));
  return { mean, variance: sum(share, (value, at) => value * (nth(score, at) - mean) ** 2) };
}

/** Returns the standard normal distribution function at `z`, by formula 7.1.26 of Abramowitz and Stegun. The error is below 1.5e-7. */
function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const erf = 1 - t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * Math.exp(-x * x);
  return z < 0 ? (1 - erf) / 2 : (1 + erf) / 2;
}

const nth = (values: readonly number[], at: number): number => values[at] ?? 0;
const sum = (values: readonly number[], of: (value: number, at: number) => number): number =>
  values.reduce((total, value, at) => total + of(value, at), 0);
