/**
 * Temporal-difference learning, TD(λ), from recorded games. Each weight has its own step size, which shrinks with the games that have changed the
 * weight (AdaGrad: Duchi, Hazan, Singer 2011). Training uses only quiet positions, because in other positions the search finds the right move without
 * the network.
 */
import { squares } from '../board.ts';
import type { Random } from '../random.ts';
import { isQuiet } from '../threat.ts';
import { layout } from './layout.ts';
import { squash, type Weights } from './network.ts';
import { Position } from './position.ts';

export interface Lesson {
  readonly moves: readonly number[];
  /** The result for the first player: 1 is a win, 0 a draw, −1 a loss. */
  readonly result: number;
}

export interface Learned {
  /** The number of positions that are used in one epoch. */
  readonly positions: number;
  /** Mean square of target − value over the last epoch. */
  readonly loss: number;
}

export interface LearningPlan {
  readonly epochs: number;
  readonly lambda: number;
  readonly rate: number;
  /** Initial value of AdaGrad's sums. A larger value makes the first steps smaller. */
  readonly prior: number;
}

/** Tuned by bench/learning.mjs. */
export const learningPlan: LearningPlan = { epochs: 3, lambda: 0.8, rate: 0.01, prior: 1 };

/** Trains `weights` in place. Calls `onGame` after each game. */
export function learn(weights: Weights, lessons: readonly Lesson[], random: Random, plan: LearningPlan, onGame?: () => void): Learned {
  const { epochs, lambda, rate, prior } = plan;
  const position = new Position(weights);
  const scale = new Float32Array(weights.length).fill(prior);
  const width = layout.placements.length;
  const contents = new Int32Array(squares * width);
  const values = new Float64Array(squares);
  const sides = new Uint8Array(squares);
  const order = Int32Array.from(lessons.keys());
  let learned: Learned = { positions: 0, loss: 0 };
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    let [positions, loss] = [0, 0];
    random.shuffle(order);
    for (const at of order) {
      const { moves, result } = lessons[at] as Lesson;
      position.refresh();
      let quiet = 0;
      for (const column of moves) {
        if (isQuiet(position.board)) {
          values[quiet] = squash(position.sum);
          contents.set(position.contents, quiet * width);
          sides[quiet] = position.board.ply & 1;
          quiet += 1;
        }
        position.play(column);
      }
      while (position.board.ply > 0) position.undo();
      let target = result;
      // A game is one batch: while its positions change the weights, the values of its positions are not computed again.
      for (let step = quiet - 1; step >= 0; step -= 1) {
        const value = values[step] as number;
        const error = target - value;
        target = lambda * target + (1 - lambda) * value;
        loss += error * error;
        for (let k = step * width, end = k + width; k < end; k += 1) {
          const weight = 2 * (contents[k] as number) + (sides[step] as number);
          const spread = (scale[weight] as number) + error * error;
          scale[weight] = spread;
          weights[weight] = (weights[weight] as number) + (rate * error) / Math.sqrt(spread);
        }
      }
      positions += quiet;
      onGame?.();
    }
    learned = { positions, loss: positions === 0 ? 0 : loss / positions };
  }
  return learned;
}
