import { expect, test } from 'vitest';
import { Board } from '../../examples/connect-four/board.ts';
import { openingMoves, openingPly } from '../../examples/connect-four/openings.ts';
import { replay } from '../../examples/connect-four/job/games-file.ts';
import { readRepositoryFile } from '../support/repository.ts';

const positions = openingMoves().map((moves) => {
  const board = new Board();
  for (const column of moves) board.play(column);
  return board;
});

test('different openings are different positions, mirror images counted as one', () => {
  expect(new Set(positions.map((board) => Math.min(board.key(), board.key(true)))).size).toBe(positions.length);
});

test('openings are legal, undecided, and of one length', () => {
  expect(new Set(openingMoves().map((moves) => replay(moves)))).toEqual(new Set([`ends undecided after ${openingPly} moves`]));
});

test('neither player can win with the first disc after an opening', () => {
  const columns = [0, 1, 2, 3, 4, 5, 6];
  const won = positions.filter((board) => columns.some((column) => board.legal(column) && (board.winsFor(column, 1) || board.winsFor(column, 2))));
  expect(won.map((board) => board.moves.subarray(0, board.ply).join(''))).toEqual([]);
});

test('their order is the same on every node', () => {
  expect(
    openingMoves()
      .slice(0, 3)
      .map((moves) => moves.join('')),
  ).toEqual(['200104', '111552', '004455']);
});

test('the README says how many there are', () => {
  expect(readRepositoryFile('examples/connect-four/README.md')).toContain(`0 to ${openingMoves().length - 1}`);
});
