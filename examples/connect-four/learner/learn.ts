/**
 * Temporal-difference learning, TD(λ), from recorded games, with step sizes of their own for each weight (AdaGrad: Duchi, Hazan, Singer 2011):
 * a weight that many games have spoken about moves less. Only quiet positions teach: in the others the player sees the answer by himself.
 */
import { squares } from '../board.ts';
import type { Random } from '../random.ts';
import { isQuiet } from '../threat.ts';
import { layout } from './layout.ts';
import { squash, type Weights } from './network.ts';
import { Position } from './position.ts';

export interface Lesson {
  readonly moves: readonly number[];
  /** 1, 0, −1 for the first player. */
  readonly result: number;
}

export interface Learned {
  /** Positions learned from, in one epoch. */
  readonly positions: number;
  /** Mean square of target − value over the last epoch. */
  readonly loss: number;
}

export interface LearningPlan {
  readonly epochs: number;
  readonly lambda: number;
  readonly rate: number;
  /** What AdaGrad's sums start from: the larger, the slower the first steps. */
  readonly prior: number;
}

/** Tuned by bench/learning.mjs. */
export const learningPlan: LearningPlan = { epochs: 3, lambda: 0.8, rate: 0.01, prior: 1 };

/** Changes `weights` in place. `onGame` is told of each game learned from. */
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
      // A game is one batch: its values are not looked up again while its own positions change the weights.
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
