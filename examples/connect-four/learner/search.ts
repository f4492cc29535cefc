/**
 * Chooses a model's moves. The search covers the model's move, the reply, the model's next move, and then every forced move until the position is
 * quiet. The network gives the value of that quiet position. A move is forced when the other player would otherwise win at once. Forced moves cost no
 * depth, so a sequence of threats is searched to its end.
 */
import { centreFirst } from '../board.ts';
import type { Random } from '../random.ts';
import { none, several, winningColumn } from '../threat.ts';
import type { Position } from './position.ts';

/** The value of a win. It is larger than any sum of the network. An earlier win has a larger value. */
const winValue = 1e6;

/** Returns the best value that the player to move can reach, from that player's view. With `depth` 0 only forced moves are searched. */
export function search(position: Position, depth: number, alpha: number, beta: number): number {
  const { board } = position;
  if (board.full) return 0;
  const { turn } = board;
  if (winningColumn(board, turn) !== none) return winValue - board.ply;
  const forced = winningColumn(board, turn === 1 ? 2 : 1);
  if (forced === several) return board.ply + 1 - winValue;
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

/** Returns the best move. `random` chooses among equal moves. `pliesAfter` is the depth of the search after the returned move. */
export function chooseMove(position: Position, pliesAfter: number, random: Random): number {
  const { board } = position;
  let best: number[] = [];
  let bestValue = -Infinity;
  for (const column of centreFirst) {
    if (!board.legal(column)) continue;
    if (board.wins(column)) return column;
    position.play(column);
    // The window is slightly wider than the best value, so that an equal move can be distinguished from a worse one.
    const value = -search(position, pliesAfter, -Infinity, -bestValue + 1e-9);
    position.undo();
    if (value > bestValue) {
      best = [column];
      bestValue = value;
    } else if (value === bestValue) best.push(column);
  }
  return best[random.below(best.length)] as number;
}
