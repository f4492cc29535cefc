/**
 * A plain opponent that does not learn. It runs an alpha-beta search to a fixed depth and tries the centre columns first. Its heuristic counts the
 * lines of four in which only one side has discs. The benchmark measures models against this opponent. The payload does not use it.
 */
import { Board, centreFirst, columns, squareOf } from './board.ts';
import { linesOfFour } from './lines-of-four.ts';
import type { Player } from './match/player.ts';
import type { Random } from './random.ts';

const winValue = 1e6;
/** Maps the number of discs in a line to the value of the line. All discs in the line belong to one side. */
const lineValues = [0, 1, 10, 50] as const;
const lines = linesOfFour().map((line) => line.map(([column, row]) => squareOf(column, row)));

export function alphaBetaPlayer(depth: number): Player {
  const board = new Board();
  return { board, play: (column) => void board.play(column), undo: () => void board.undo(), choose: (random) => alphaBetaMove(board, depth, random) };
}

/** Returns the value of the position for the player to move. */
function negamax(board: Board, depth: number, alpha: number, beta: number): number {
  if (board.full) return 0;
  for (let column = 0; column < columns; column += 1) if (board.legal(column) && board.wins(column)) return winValue - board.ply;
  if (depth === 0) return heuristic(board);
  let best = alpha;
  for (const column of centreFirst) {
    if (!board.legal(column)) continue;
    board.play(column);
    const value = -negamax(board, depth - 1, -beta, -best);
    board.undo();
    if (value >= beta) return beta;
    if (value > best) best = value;
  }
  return best;
}

/** Returns the best move. `random` chooses among equal moves. `depth` is the number of moves to search, including this move. */
function alphaBetaMove(board: Board, depth: number, random: Random): number {
  let best: number[] = [];
  let bestValue = -Infinity;
  for (const column of centreFirst) {
    if (!board.legal(column)) continue;
    if (board.wins(column)) return column;
    board.play(column);
    const value = -negamax(board, depth - 1, -Infinity, -bestValue + 1);
    board.undo();
    if (value > bestValue) {
      best = [column];
      bestValue = value;
    } else if (value === bestValue) best.push(column);
  }
  return best[random.below(best.length)] as number;
}

function heuristic({ cells, turn }: Board): number {
  let value = 0;
  for (const line of lines) {
    let [mine, theirs] = [0, 0];
    for (let at = 0; at < 4; at += 1) {
      const disc = cells[line[at] as number] as number;
      if (disc === turn) mine += 1;
      else if (disc !== 0) theirs += 1;
    }
    if (theirs === 0) value += lineValues[mine] as number;
    else if (mine === 0) value -= lineValues[theirs] as number;
  }
  return value;
}
