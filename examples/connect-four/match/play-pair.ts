import { openingMoves } from '../openings.ts';
import { Random } from '../random.ts';
import { playGame, type GameResult } from './play-game.ts';
import type { Player } from './player.ts';

export interface Pair {
  readonly index: number;
  /** Number of the opening, 0 .. openingMoves().length − 1. */
  readonly opening: number;
}

export interface PlayedPair extends Pair {
  /** The candidate's scores (1 for a win, 0.5 for a draw, 0 for a loss): as the first player, then as the second player. */
  readonly scores: readonly [number, number];
}

/** Plays two games from one opening. Each player plays each side once. */
export function playPair(candidate: Player, champion: Player, { index, opening }: Pair, seed: number): PlayedPair {
  const moves = openingMoves()[opening];
  if (moves === undefined) throw new RangeError(`Cannot start from opening ${opening}: openings are numbered 0 to ${openingMoves().length - 1}`);
  const options = { opening: moves };
  const asFirst = playGame(candidate, champion, new Random(seed, index, 1), options);
  const asSecond = playGame(champion, candidate, new Random(seed, index, 2), options);
  return { index, opening, scores: [scoreOf(asFirst.result), 1 - scoreOf(asSecond.result)] };
}

const scoreOf = (result: GameResult): number => (result + 1) / 2;
