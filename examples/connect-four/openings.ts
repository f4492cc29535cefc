/**
 * The positions that evaluation starts from: all positions after six moves in which neither player could win by the next disc, one of each pair of
 * mirror images, in an order shuffled once and for all. Nobody has four in line after six moves.
 */
import { Board, columns } from './board.ts';
import { Random } from './random.ts';
import { isQuiet } from './threat.ts';

export const openingPly = 6;
let known: readonly (readonly number[])[] | undefined;

/** Columns to play from the empty board; opening numbers begin at 0. */
export function openingMoves(): readonly (readonly number[])[] {
  known ??= new Random(0x6f70656e).shuffle(enumerate(openingPly).filter(isOpen));
  return known;
}

function enumerate(ply: number): (readonly number[])[] {
  const board = new Board();
  const seen = new Set<number>();
  const found: (readonly number[])[] = [];
  const visit = (): void => {
    const key = Math.min(board.key(), board.key(true));
    if (seen.has(key)) return;
    seen.add(key);
    if (board.ply === ply) {
      found.push([...board.moves.subarray(0, ply)]);
      return;
    }
    for (let column = 0; column < columns; column += 1) {
      if (!board.legal(column) || board.wins(column)) continue;
      board.play(column);
      visit();
      board.undo();
    }
  };
  visit();
  return found;
}

function isOpen(moves: readonly number[]): boolean {
  const board = new Board();
  for (const column of moves) board.play(column);
  return isQuiet(board);
}
