/**
 * Reads a file of games in a pipeline's dataset. The file is named `<item>.games.ndjson` and has one JSON object per line, with `id` and `result`
 * (docs/payload.md). The ledger accepts all games of a file or none, because one fault makes every game of the file doubtful.
 */
import type { ItemId } from '../ids.ts';
import { gameIdCharsMax } from '../limits.ts';

const suffix = '.games.ndjson';

export const gamesFileName = (item: string): string => `${item}${suffix}`;
/** Returns the item whose games the file holds. Returns undefined for the name of any other file. */
export const itemOfGamesFile = (name: string): ItemId | undefined => (name.endsWith(suffix) ? (name.slice(0, -suffix.length) as ItemId) : undefined);

export interface GameLine {
  readonly id: string;
  readonly result: string;
  /** Number of the line in its file, from 1. */
  readonly line: number;
  readonly json: string;
}

/** The games that an item was asked to play. There are `games` of them, and the id of the first game is `<prefix>.<firstGame>`. */
export interface AskedGames {
  readonly prefix: string;
  readonly firstGame: number;
  readonly games: number;
}

/** The first fault of a games file. `line` is the number of the faulty line; 0 means that the fault is in the file as a whole. */
export interface GamesFault {
  readonly type: 'fault';
  readonly line: number;
  readonly because: string;
}
export type GamesRead = { readonly type: 'games'; readonly games: readonly GameLine[] } | GamesFault;

/**
 * Returns the games of a file, or the first fault. A game with an id that is not in `asked` is a fault, because it would be stored in place of the
 * game of the item that was asked to play this id. Without `asked`, every id is accepted.
 */
export function readGames(text: string, asked: AskedGames | undefined, lineCharsMax: number): GamesRead {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) return fault(0, 'it holds no game');
  const games: GameLine[] = [];
  for (const [at, json] of lines.entries()) {
    const line = at + 1;
    if (json.length > lineCharsMax) return fault(line, `the line is longer than ${lineCharsMax} characters`);
    const game = parseGame(line, json);
    if (game.type === 'fault') return game;
    if (asked !== undefined && !isAskedFor(game.id, asked)) {
      const last = asked.firstGame + asked.games - 1;
      return fault(line, `game ${game.id} is none of those asked for (${asked.prefix}.${asked.firstGame} to ${asked.prefix}.${last})`);
    }
    games.push(game);
  }
  return { type: 'games', games };
}

function parseGame(line: number, json: string): (GameLine & { readonly type: 'game' }) | GamesFault {
  const value = parseJson(json);
  if (value === undefined) return fault(line, 'the line is not JSON');
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return fault(line, 'the line is not a JSON object');
  const { id, result } = value as { readonly id?: unknown; readonly result?: unknown };
  if (typeof id !== 'string' || id === '' || id.length > gameIdCharsMax)
    return fault(line, `it has no string "id" of 1 to ${gameIdCharsMax} characters`);
  if (typeof result !== 'string' && typeof result !== 'number') return fault(line, 'it has no "result"');
  return { type: 'game', id, result: String(result), line, json };
}

/** Returns the parsed value. Returns undefined for text that is not JSON; JSON itself cannot express that value. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The parser's message is dropped: it gives the place in characters, and the caller reports the line.
  }
}

function isAskedFor(id: string, { prefix, firstGame, games }: AskedGames): boolean {
  if (!id.startsWith(`${prefix}.`)) return false;
  const number = id.slice(prefix.length + 1);
  return /^\d{1,15}$/.test(number) && Number(number) >= firstGame && Number(number) < firstGame + games;
}

const fault = (line: number, because: string): GamesFault => ({ type: 'fault', line, because });
