/**
 * The value of a position, from the first player's side: the sum of the weights that its contents pick, squashed into −1 .. 1.
 *
 * Arithmetic is + − × ÷ and square root only, whose results IEEE 754 fixes to the bit: a model trained on one node is the model of any other.
 */
import { makeLayout, type Layout } from './layout.ts';

export const layout: Layout = makeLayout({ walks: Number(process.env['CF_WALKS'] ?? 0), length: Number(process.env['CF_LEN'] ?? 6), shared: process.env['CF_SHARED'] === '1' });

/** Two weights for each content: first player to move, second player to move. */
export type Weights = Float32Array<ArrayBuffer>;

export const noWeights = (): Weights => new Float32Array(layout.contents * 2);

export const squash = (sum: number): number => sum / Math.sqrt(1 + sum * sum);
