import type { Random } from '../random.ts';
import { randomMove, type Player } from './player.ts';

/** The result for the first player: win, draw or loss. */
export type GameResult = 1 | 0 | -1;

export interface Game {
  /** Columns, counted from 0, including those of the opening. */
  readonly moves: readonly number[];
  readonly result: GameResult;
}

export interface GameOptions {
  /** The columns that are played before the players choose their own moves. No player wins in an opening. */
  readonly opening?: readonly number[];
  /** The fraction of moves (0 .. 1) that are random instead of chosen by the player. */
  readonly exploration?: number;
  /** Each game begins with a random number of random moves, at most this many. */
  readonly randomStartMax?: number;
}

/** Plays one game to its end. The same player may play both sides. */
export function playGame(
  first: Player,
  second: Player,
  random: Random,
  { opening = [], exploration = 0, randomStartMax = 0 }: GameOptions = {},
): Game {
  const players = first === second ? [first] : [first, second];
  for (const player of players) while (player.board.ply > 0) player.undo();
  const { board } = first;
  const play = (column: number): void => {
    for (const player of players) player.play(column);
  };
  for (const column of opening) play(column);
  const randomStart = randomStartMax === 0 ? 0 : random.below(randomStartMax + 1);
  while (!board.full) {
    const mover = board.turn === 1 ? first : second;
    const column = board.ply < randomStart || (exploration > 0 && random.unit() < exploration) ? randomMove(board, random) : mover.choose(random);
    const result = board.turn === 1 ? 1 : -1;
    const won = board.wins(column);
    play(column);
    if (won) return { moves: movesOf(first), result };
  }
  return { moves: movesOf(first), result: 0 };
}

const movesOf = ({ board }: Player): readonly number[] => [...board.moves.subarray(0, board.ply)];
