/**
 * How a model plays: its own move, the answer, its next move, and then every forced move until the position is quiet, where the network has its say. A move is
 * forced when the other player would otherwise win at once; such moves cost no depth, so a row of threats is read to its end.
 */
import { centreFirst } from '../board.ts';
import type { Random } from '../random.ts';
import { none, several, winningColumn } from '../threat.ts';
import type { Position } from './position.ts';

/** Beyond any sum; a win is worth more the sooner it comes. */
export const decided = 1e6;

/** The best that the player to move can reach, in sums seen from his side. `depth` 0 plays forced moves only. */
export function search(position: Position, depth: number, alpha: number, beta: number): number {
  const { board } = position;
  if (board.full) return 0;
  const { turn } = board;
  if (winningColumn(board, turn) !== none) return decided - board.ply;
  const forced = winningColumn(board, turn === 1 ? 2 : 1);
  if (forced === several) return board.ply + 1 - decided;
  if (forced !== none) {
    position.play(forced);
    const value = -search(position, depth, -beta, -alpha);
    position.undo();
    return value;
  }
  if (depth === 0) return turn === 1 ? position.sum : -position.sum;
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

/** `pliesAfter` is how deep to look after the move itself. Moves of equal value are chosen among by `random`. */
export function chooseMove(position: Position, pliesAfter: number, random: Random): number {
  const { board } = position;
  let best: number[] = [];
  let bestValue = -Infinity;
  for (const column of centreFirst) {
    if (!board.legal(column)) continue;
    if (board.wins(column)) return column;
    position.play(column);
    // The window is a little wider than the best, so that equals are told from worse.
    const value = -search(position, pliesAfter, -Infinity, -bestValue + 1e-9);
    position.undo();
    if (value > bestValue) {
      best = [column];
      bestValue = value;
    } else if (value === bestValue) best.push(column);
  }
  return best[random.below(best.length)] as number;
}
