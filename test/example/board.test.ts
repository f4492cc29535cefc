import { expect, test } from 'vitest';
import { Board, columns, rows, squareOf } from '../../examples/connect-four/board.ts';
import { Random } from '../../examples/connect-four/random.ts';

/**
 * The number of distinct legal positions of 7 × 6 Connect Four after n discs, from OEIS A212693. A position after the end of a game does not count.
 */
const positionsByPly = [1, 7, 49, 238, 1120, 4263, 16_422, 54_859, 184_275];

test('the number of positions is the published one', () => {
  const seen = positionsByPly.map(() => new Set<number>());
  const board = new Board();
  const visit = (over: boolean): void => {
    const known = seen[board.ply];
    if (known === undefined || known.has(board.key())) return;
    known.add(board.key());
    if (over) return;
    for (let column = 0; column < columns; column += 1) {
      if (!board.legal(column)) continue;
      const won = board.wins(column);
      board.play(column);
      visit(won);
      board.undo();
    }
  };
  visit(false);
  expect(seen.map((set) => set.size)).toEqual(positionsByPly);
});

/** Searches every line of the whole board. This slow search shares no code or idea with `Board`, so it is an independent check. */
function hasFour(board: Board, disc: number): boolean {
  const at = (column: number, row: number): number =>
    column < 0 || column >= columns || row < 0 || row >= rows ? -1 : board.cells[squareOf(column, row)]!;
  for (let column = 0; column < columns; column += 1) {
    for (let row = 0; row < rows; row += 1) {
      for (const [right, up] of [
        [1, 0],
        [0, 1],
        [1, 1],
        [1, -1],
      ] as const) {
        if ([0, 1, 2, 3].every((step) => at(column + right * step, row + up * step) === disc)) return true;
      }
    }
  }
  return false;
}

test('a naive search of the whole board finds the same wins', () => {
  const random = new Random(1);
  const wrong: string[] = [];
  const outcomes = { wins: 0, draws: 0 };
  for (let game = 0; game < 200; game += 1) {
    const board = new Board();
    for (;;) {
      if (board.full) {
        outcomes.draws += 1;
        break;
      }
      const open = Array.from({ length: columns }, (_, column) => column).filter((column) => board.legal(column));
      const reported = open.map((column) => board.wins(column));
      const disc = board.turn;
      const found = open.map((column) => {
        board.play(column);
        const won = hasFour(board, disc);
        board.undo();
        return won;
      });
      if (reported.join() !== found.join()) wrong.push(`${board.moves.subarray(0, board.ply).join('')}: ${reported.join()}, not ${found.join()}`);
      const choice = random.below(open.length);
      board.play(open[choice]!);
      if (reported[choice] === true) {
        outcomes.wins += 1;
        break;
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(outcomes.wins + outcomes.draws).toBe(200);
});

test('undoing every move leaves the empty board', () => {
  const board = new Board();
  const before = board.cells.slice();
  for (const column of [3, 3, 3, 3, 3, 3, 2, 4, 0, 6]) board.play(column);
  expect(board.legal(3)).toBe(false);
  while (board.ply > 0) board.undo();
  expect(board.cells).toEqual(before);
  expect([...board.heights]).toEqual([0, 0, 0, 0, 0, 0, 0]);
});

test('a mirrored key is the key of the mirrored game', () => {
  const [board, mirrored] = [new Board(), new Board()];
  for (const column of [0, 1, 1, 5, 6, 3, 2]) {
    board.play(column);
    mirrored.play(columns - 1 - column);
  }
  expect(board.key(true)).toBe(mirrored.key());
  expect(board.key()).not.toBe(mirrored.key());
});
