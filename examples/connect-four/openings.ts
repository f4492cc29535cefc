/**
 * The start positions of evaluation: all positions after six moves in which neither player could win with the next disc. Of two positions that mirror
 * each other, only one is used. The order is shuffled but never changes. After six moves neither player can have four in line.
 */
import { Board, columns } from './board.ts';
import { Random } from './random.ts';
import { isQuiet } from './threat.ts';

export const openingPly = 6;
let known: readonly (readonly number[])[] | undefined;

/** Returns the openings, each a list of columns to play from the empty board. The number of an opening is its index. */
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
