/**
 * The value of a position for the first player is the sum of the weights of its contents, squashed into −1 .. 1.
 *
 * The arithmetic uses only + − × ÷ and square root. IEEE 754 defines their results to the bit, so training gives the same model on every node.
 */
import { layout } from './layout.ts';

/** Each content has two weights: one for positions with the first player to move, one for positions with the second player to move. */
export type Weights = Float32Array<ArrayBuffer>;

export const noWeights = (): Weights => new Float32Array(layout.contents * 2);

export const squash = (sum: number): number => sum / Math.sqrt(1 + sum * sum);
