/**
 * A plain opponent that learns nothing: alpha-beta to a fixed depth, centre first, counting lines of four that only one side has discs in.
 * It is the bench's measuring stick and no part of the payload.
 */
import { Board, centreFirst, columns, rows, squareOf } from './board.ts';
import type { Player } from './match/player.ts';
import type { Random } from './random.ts';

const won = 1e6;
/** What a line is worth by the discs one side alone has in it. */
const worth = [0, 1, 10, 50] as const;
const lines = linesOfFour();

export function alphaBetaPlayer(depth: number): Player {
  const board = new Board();
  return { board, play: (column) => void board.play(column), undo: () => void board.undo(), choose: (random) => alphaBetaMove(board, depth, random) };
}

/** Seen by the player to move. */
function negamax(board: Board, depth: number, alpha: number, beta: number): number {
  if (board.full) return 0;
  for (let column = 0; column < columns; column += 1) if (board.legal(column) && board.wins(column)) return won - board.ply;
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

/** Equal moves are chosen among by `random`. Depth counts the moves looked ahead, this one among them. */
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
    if (theirs === 0) value += worth[mine] as number;
    else if (mine === 0) value -= worth[theirs] as number;
  }
  return value;
}

function linesOfFour(): readonly (readonly number[])[] {
  const found: number[][] = [];
  for (const [right, up] of [
    [1, 0],
    [0, 1],
    [1, 1],
    [1, -1],
  ] as const) {
    for (let column = 0; column + 3 * right < columns; column += 1) {
      for (let row = 0; row < rows; row += 1) {
        const last = row + 3 * up;
        if (last >= 0 && last < rows) found.push([0, 1, 2, 3].map((step) => squareOf(column + right * step, row + up * step)));
      }
    }
  }
  return found;
}
