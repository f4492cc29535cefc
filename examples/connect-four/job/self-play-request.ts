import { share, whole, word, type Fields } from './fields.ts';

export interface SelfPlayRequest {
  readonly games: number;
  /** The first game's number in the turn; with the seed it decides the game. */
  readonly firstGame: number;
  readonly prefix: string;
  readonly exploration: number;
}

export const gamesMax = 1_000_000;

export function readSelfPlayRequest(request: Fields): SelfPlayRequest {
  return {
    games: whole('games', request['games'], 1, gamesMax),
    firstGame: whole('firstGame', request['firstGame'], 0, 0xffff_ffff - gamesMax),
    prefix: word('prefix', request['prefix']),
    exploration: share('exploration', request['exploration']),
  };
}
