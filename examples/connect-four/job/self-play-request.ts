import { readFraction, readInteger, readName, type Fields } from './fields.ts';

export interface SelfPlayRequest {
  readonly games: number;
  /** The number that the job's first game has in the turn. The seed and the number of a game determine the game. */
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
