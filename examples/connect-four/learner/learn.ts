/** Temporal-difference learning from recorded games. */
import type { Random } from '../random.ts';
import { layout, squash, type Weights } from './network.ts';
import { decided, search } from './player.ts';
import { Position } from './position.ts';

export interface Lesson {
  readonly moves: readonly number[];
  /** 1, 0, −1 for the first player. */
  readonly result: number;
}

export interface Learned {
  readonly positions: number;
  /** Mean square of target − value over the last epoch. */
  readonly loss: number;
}

export interface Plan {
  readonly epochs: number;
  readonly lambda: number;
  readonly depth: number;
  readonly rate: number;
  readonly prior: number;
}

export function learn(weights: Weights, lessons: readonly Lesson[], random: Random, plan: Plan): Learned {
  const { epochs, lambda, depth, rate } = plan;
  const position = new Position(weights);
  const scale = new Float32Array(weights.length).fill(plan.prior);
  const width = layout.placements.length;
  const contents = new Int32Array(43 * width);
  const values = new Float64Array(43);
  const targets = new Float64Array(43);
  let loss = 0;
  let positions = 0;
  const order = Int32Array.from(lessons.keys());
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    loss = 0;
    positions = 0;
    random.shuffle(order);
    for (const at of order) {
      const { moves, result } = lessons[at] as Lesson;
      position.refresh();
      const last = moves.length;
      for (let ply = 0; ply < last; ply += 1) {
        values[ply] = squash(position.sum);
        contents.set(position.contents, ply * width);
        if (depth === 0) targets[ply] = values[ply] as number;
        else {
          const side = (ply & 1) === 0 ? 1 : -1;
          const best = search(position, depth, -Infinity, Infinity) * side;
          targets[ply] = Math.abs(best) > decided / 2 ? Math.sign(best) * 2 : squash(best);
        }
        position.play(moves[ply] as number);
      }
      for (let ply = 0; ply < last; ply += 1) position.undo();
      let target = result;
      for (let ply = last - 1; ply >= 0; ply -= 1) {
        const seen = targets[ply] as number;
        if (depth === 0) { targets[ply] = target; target = lambda * target + (1 - lambda) * seen; }
        else {
          target = Math.abs(seen) === 2 ? seen / 2 : lambda * target + (1 - lambda) * seen;
          targets[ply] = target;
        }
      }
      for (let ply = 0; ply < last; ply += 1) {
        // value with weights changed by this game's other positions is not looked up again: a game is one batch
        const error = (targets[ply] as number) - (values[ply] as number);
        loss += error * error;
        positions += 1;
        const side = ply & 1;
        const square = error * error;
        for (let k = ply * width, end = k + width; k < end; k += 1) {
          const w = 2 * (contents[k] as number) + side;
          const spread = (scale[w] as number) + square;
          scale[w] = spread;
          weights[w] = (weights[w] as number) + (rate * error) / Math.sqrt(spread);
        }
      }
    }
  }
  return { positions, loss: loss / positions };
}
