import { readFraction, readInteger, readName, type Fields } from './fields.ts';

export interface SelfPlayRequest {
  readonly games: number;
  /** Number of the first game in the turn. A game is a function of the seed and its number. */
  readonly firstGame: number;
  readonly prefix: string;
  readonly exploration: number;
}

export const gamesMax = 1_000_000;

export function readSelfPlayRequest(request: Fields): SelfPlayRequest {
  return {
    games: readInteger('games', request['games'], 1, gamesMax),
    firstGame: readInteger('firstGame', request['firstGame'], 0, 0xffff_ffff - gamesMax),
    prefix: readName('prefix', request['prefix']),
    exploration: readFraction('exploration', request['exploration']),
  };
}
