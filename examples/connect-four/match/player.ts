/** Two kinds of players. One chooses moves with a model. The other moves at random, and plays while there is no model yet. */
import { Board, centreFirst } from '../board.ts';
import { Position } from '../learner/position.ts';
import { chooseMove } from '../learner/search.ts';
import type { Weights } from '../learner/network.ts';
import type { Random } from '../random.ts';

export interface Player {
  /** The player's own board. `play` and `undo` keep it up to date with the moves of both sides. */
  readonly board: Board;
  play(column: number): void;
  undo(): void;
  choose(random: Random): number;
}

/**
 * The search goes this many moves beyond the model's own move: the reply and the model's next move. Beyond this depth it follows only forced moves.
 */
const pliesAfter = 2;

export function modelPlayer(weights: Weights): Player {
  const position = new Position(weights);
  return {
    board: position.board,
    play: (column) => position.play(column),
    undo: () => position.undo(),
    choose: (random) => chooseMove(position, pliesAfter, random),
  };
}

export function randomPlayer(): Player {
  const board = new Board();
  return { board, play: (column) => void board.play(column), undo: () => void board.undo(), choose: (random) => randomMove(board, random) };
}

export const playerOf = (weights: Weights | undefined): Player => (weights === undefined ? randomPlayer() : modelPlayer(weights));

export function randomMove(board: Board, random: Random): number {
  const open = centreFirst.filter((column) => board.legal(column));
  return open[random.below(open.length)] as number;
}
