/** A pair: two games from one opening, with colours swapped between them. */
export interface PairResult {
  readonly index: number;
  readonly opening: number;
  /** The candidate's score as first and as second player: 1, 0.5 or 0. */
  readonly scores: readonly [number, number];
}

/** Returns true for a valid pair. The payload writes these values, so they must be checked. */
export function isPair(value: unknown): value is PairResult {
  if (typeof value !== 'object' || value === null || !('index' in value) || !('scores' in value)) return false;
  const { index, scores } = value;
  return (
    Number.isInteger(index) && Array.isArray(scores) && scores.length === 2 && scores.every((score) => score === 0 || score === 0.5 || score === 1)
  );
}

/** The result of a gate's test: the verdict, and the pairs that the verdict rests on. */
export interface GateResult {
  readonly verdict: 'accept' | 'reject' | 'undecided';
  readonly llr: number;
  readonly pairs: readonly PairResult[];
}

/** The result of a gate's test of one candidate. The ledger derives ratings and the champion from this record. */
export interface Evaluation extends GateResult {
  readonly pipeline: string;
  readonly turn: number;
  readonly candidate: string;
  readonly champion: string;
}

/** The progress of a gate's test: the log likelihood ratio (LLR) between its bounds. */
export interface EvaluationProgress {
  readonly candidate: string;
  readonly pairs: number;
  readonly llr: number;
  readonly lower: number;
  readonly upper: number;
}
