/**
 * The value of a position, from the first player's side: the sum of the weights that its contents pick, squashed into −1 .. 1.
 *
 * Arithmetic is + − × ÷ and square root only, whose results IEEE 754 fixes to the bit: a model trained on one node is the model of any other.
 */
import { layout } from './layout.ts';

/** Two weights for each content: first player to move, second player to move. */
export type Weights = Float32Array<ArrayBuffer>;

export const noWeights = (): Weights => new Float32Array(layout.contents * 2);

export const squash = (sum: number): number => sum / Math.sqrt(1 + sum * sum);
