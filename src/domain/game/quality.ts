/**
 * The quality of a batch of games: the games of one turn. A batch is judged by itself, and against the batches of the turns before it.
 *
 * By itself: the share of games that repeat another game of the batch, the share of draws, and the balance of the colours.
 *
 * Against the turns before: Welch's t statistic of the draws, of the first player's score, and of the length, between the batch and the games before it.
 *
 *   t = (m₁ − m₂) / √(s₁²/n₁ + s₂²/n₂)
 *
 * Source: B. L. Welch, "The generalization of 'Student's' problem when several different population variances are involved", Biometrika 34 (1947), 28–35.
 * Every sample has 30 games or more, so the normal distribution gives the error: |t| > 4.5 happens by chance once in 150,000 comparisons. A learner
 * changes its games from turn to turn, so a drift must also be large before it is a fault.
 */

/** The count, the sum and the sum of squares of a measure. */
export interface Moments {
  readonly n: number;
  readonly sum: number;
  readonly squares: number;
}

/** The counted games of one turn. */
export interface GameBatch {
  readonly turn: number;
  readonly games: number;
  /** The games that differ in anything but their id. */
  readonly distinct: number;
  /** The results for the first player. A result that is none of 1, 0 and -1 is in none of the three. */
  readonly wins: number;
  readonly draws: number;
  readonly losses: number;
  /** The lengths of the games whose line has `moves`: the entries of a list, or the characters of a text. */
  readonly lengths: Moments;
}

export const qualityLimits = {
  /** Fewer games say too little about their turn. */
  gamesMin: 30,
  /** A larger share shows that the player explores too little for its training. */
  duplicatesShareMax: 0.5,
  drawsShareMax: 0.95,
  /** The share of points of the stronger colour. */
  colourShareMax: 0.98,
  tMax: 4.5,
  /** A share must move by this much, and the mean length by this part of itself, before the move is a drift. */
  shareDriftMin: 0.15,
  lengthDriftMin: 0.25,
} as const;

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** A fault of a batch. `measure` is the same however large the fault is, and `say` is a clause with the figures. */
export interface BatchFault {
  readonly measure: 'duplicates' | 'draws' | 'colours' | 'drift-draws' | 'drift-colours' | 'drift-length';
  readonly say: string;
}

/** Returns the faults of the batch. Returns nothing for a batch with too few games. */
export function batchFaults(batch: GameBatch, before: readonly GameBatch[]): readonly BatchFault[] {
  const { gamesMin, duplicatesShareMax, drawsShareMax, colourShareMax } = qualityLimits;
  if (batch.games < gamesMin) return [];
  const repeated = 1 - batch.distinct / batch.games;
  const decided = batch.wins + batch.draws + batch.losses;
  const draws = decided === 0 ? 0 : batch.draws / decided;
  const first = decided === 0 ? 0.5 : (batch.wins + batch.draws / 2) / decided;
  return [
    ...(repeated > duplicatesShareMax ? [{ measure: 'duplicates', say: `${percent(repeated)} of the games repeat another game` } as const] : []),
    ...(draws > drawsShareMax ? [{ measure: 'draws', say: `${percent(draws)} of the games are draws` } as const] : []),
    ...(Math.max(first, 1 - first) > colourShareMax
      ? [
          {
            measure: 'colours',
            say: `the ${first > 0.5 ? 'first' : 'second'} player has ${percent(Math.max(first, 1 - first))} of the points`,
          } as const,
        ]
      : []),
    ...driftFaults(batch, before),
  ];
}

function driftFaults(batch: GameBatch, before: readonly GameBatch[]): readonly BatchFault[] {
  const measures = [
    { measure: 'drift-draws', name: 'the share of draws', of: drawsOf, isShare: true },
    { measure: 'drift-colours', name: "the first player's share of points", of: pointsOf, isShare: true },
    { measure: 'drift-length', name: 'the mean length', of: ({ lengths }: GameBatch) => lengths, isShare: false },
  ] as const;
  return measures.flatMap(({ measure, name, of, isShare }) => {
    const now = of(batch);
    const then = sumOf(before.map(of));
    if (now.n < qualityLimits.gamesMin || then.n < qualityLimits.gamesMin) return [];
    const [m1, m2] = [now.sum / now.n, then.sum / then.n];
    const isLarge = isShare ? Math.abs(m1 - m2) > qualityLimits.shareDriftMin : Math.abs(m1 - m2) > qualityLimits.lengthDriftMin * m2;
    if (!isLarge || Math.abs(welchT(now, then)) <= qualityLimits.tMax) return [];
    const say = (mean: number): string => (isShare ? percent(mean) : mean.toFixed(1));
    return [{ measure, say: `${name} went from ${say(m2)} to ${say(m1)}` }];
  });
}

/** Returns Welch's t statistic of the difference of two means. It is infinite when neither sample varies and the means differ. */
export function welchT(a: Moments, b: Moments): number {
  const difference = a.sum / a.n - b.sum / b.n;
  const error = Math.sqrt(variance(a) / a.n + variance(b) / b.n);
  return error === 0 ? (difference === 0 ? 0 : Math.sign(difference) * Infinity) : difference / error;
}

/** The variance of a sample. A sum of squares in floating point can be a little too small, and no variance is negative. */
const variance = ({ n, sum, squares }: Moments): number => Math.max(0, (squares - (sum * sum) / n) / (n - 1));

const drawsOf = ({ wins, draws, losses }: GameBatch): Moments => ({ n: wins + draws + losses, sum: draws, squares: draws });
const pointsOf = ({ wins, draws, losses }: GameBatch): Moments => ({ n: wins + draws + losses, sum: wins + draws / 2, squares: wins + draws / 4 });

const sumOf = (all: readonly Moments[]): Moments =>
  all.reduce((a, b) => ({ n: a.n + b.n, sum: a.sum + b.sum, squares: a.squares + b.squares }), { n: 0, sum: 0, squares: 0 });
