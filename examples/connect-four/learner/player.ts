/**
 * How a model plays: alpha-beta to a fixed depth with the network's sums at the leaves. Depth 2 looks at each own move and each answer, so wins
 * are taken and threats are met; the rest is what the network learned.
 */
import { centreFirst, columns } from '../board.ts';
import type { Random } from '../random.ts';
import type { Position } from './position.ts';

/** Beyond any sum; a win is worth more the sooner it comes. */
export const decided = 1e6;

/** The best that the player to move can reach, in sums seen from his side. `depth` 0 is the network's own word. */
export function search(position: Position, depth: number, alpha: number, beta: number): number {
  const { board } = position;
  if (board.full) return 0;
  if (depth === 0) return board.turn === 1 ? position.sum : -position.sum;
  for (let column = 0; column < columns; column += 1) if (board.legal(column) && board.wins(column)) return decided - board.ply;
  let best = alpha;
  for (const column of centreFirst) {
    if (!board.legal(column)) continue;
    position.play(column);
    const value = -search(position, depth - 1, -beta, -best);
    position.undo();
    if (value >= beta) return beta;
    if (value > best) best = value;
  }
  return best;
}

/** Moves of equal value are chosen among by `random`. */
export function chooseMove(position: Position, depth: number, random: Random): number {
  const { board } = position;
  let best: number[] = [];
  let bestValue = -Infinity;
  for (const column of centreFirst) {
    if (!board.legal(column)) continue;
    if (board.wins(column)) return column;
    position.play(column);
    // A little below the best, so that equals are told from worse.
    const value = -search(position, depth - 1, -Infinity, -bestValue + 1e-9);
    position.undo();
    if (value > bestValue) {
      best = [column];
      bestValue = value;
    } else if (value === bestValue) best.push(column);
  }
  return best[random.below(best.length)] as number;
}

export function randomMove({ board }: Pick<Position, 'board'>, random: Random): number {
  const open = centreFirst.filter((column) => board.legal(column));
  return open[random.below(open.length)] as number;
}
