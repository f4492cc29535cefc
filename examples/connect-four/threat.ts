/** Finds columns that win at once. */
import { columns, type Board, type Disc } from './board.ts';

export const none = -1;
export const several = -2;

/** Returns the only column with which `disc` would win at once, or `none`, or `several`. */
export function winningColumn(board: Board, disc: Disc): number {
  let found = none;
  for (let column = 0; column < columns; column += 1) {
    if (!board.legal(column) || !board.winsFor(column, disc)) continue;
    if (found !== none) return several;
    found = column;
  }
  return found;
}

/** True when neither player could win with the next disc. */
export function isQuiet(board: Board): boolean {
  return winningColumn(board, 1) === none && winningColumn(board, 2) === none;
}
