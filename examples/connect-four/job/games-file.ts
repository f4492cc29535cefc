/** Reads and writes games.ndjson, whose lines are `{"id":"cf.3.17","result":1,"moves":"4453…"}`. `moves` counts columns from 1, as players do. */
import { Board, columns, squares } from '../board.ts';
import type { Game, GameResult } from '../match/play-game.ts';

export interface RecordedGame extends Game {
  readonly id: string;
}

export const writeGame = ({ id, result, moves }: RecordedGame): string =>
  `${JSON.stringify({ id, result, moves: moves.map((column) => column + 1).join('') })}\n`;

/** Returns all games of the file. Throws a RangeError at the first line that is not a complete legal game or whose result contradicts its moves. */
export function readGames(text: string): readonly RecordedGame[] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new RangeError('Cannot read the games: the last line has no end (a newline is missing)');
  return lines.map((line, at) => {
    const game = readGame(line);
    if (typeof game === 'string') throw new RangeError(`Cannot read game ${at + 1} of ${lines.length}: ${game}`);
    return game;
  });
}

/** Returns the game, or a sentence that says what is wrong with the line. */
function readGame(line: string): RecordedGame | string {
  let fields: { readonly id?: unknown; readonly result?: unknown; readonly moves?: unknown } | null;
  try {
    fields = JSON.parse(line);
  } catch {
    return 'it is no JSON';
  }
  if (typeof fields !== 'object' || fields === null) return 'it is no object';
  const { id, result, moves } = fields;
  if (typeof id !== 'string' || id === '') return 'it has no id';
  if (typeof moves !== 'string' || moves.length > squares || !/^[1-7]+$/.test(moves)) return `${id} has moves other than columns 1 to 7, or too many`;
  const played = Array.from(moves, (digit) => Number(digit) - 1);
  const outcome = replay(played);
  if (typeof outcome === 'string') return `${id} ${outcome}`;
  if (outcome !== result) return `${id} has result ${JSON.stringify(result)}, but its moves say ${outcome}`;
  return { id, result: outcome, moves: played };
}

/** Returns the result of the moves, or a text that says why they are not a complete game. */
export function replay(moves: readonly number[]): GameResult | string {
  const board = new Board();
  for (const [ply, column] of moves.entries()) {
    if (!Number.isInteger(column) || column < 0 || column >= columns || !board.legal(column))
      return `plays a column that is full or none at move ${ply + 1}`;
    const winner = board.turn === 1 ? 1 : -1;
    if (board.wins(column)) return ply === moves.length - 1 ? winner : `goes on after four in line at move ${ply + 1}`;
    board.play(column);
  }
  return board.full ? 0 : `ends undecided after ${moves.length} moves`;
}
