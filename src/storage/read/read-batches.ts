import type { GameBatch } from '../../domain/game/quality.ts';
import type { LedgerFiles } from './ledger-files.ts';

/** A turn that has games at home, and the time at which the last of them was added. */
export interface GamesTurn {
  readonly turn: number;
  readonly newestMs: number;
}

/** A batch counts at most this many games, in the order of the turn. With short games, a read takes 20 ms. Long games make it seconds. */
const batchGamesMax = 1_000;

export const batchReads = ({ games }: LedgerFiles) => ({
  /** Returns the newest turns of a pipeline that have games, the newest first. */
  gameTurns: (pipeline: string, limit: number): readonly GamesTurn[] =>
    games.all<GamesTurn>('SELECT turn, newest_ms AS newestMs FROM game_turns WHERE pipeline = ? ORDER BY turn DESC LIMIT ?', pipeline, limit),
  /** Counts the games of a turn. */
  gameBatch: (pipeline: string, turn: number): GameBatch => batchOf(games.get<BatchRow>(selectBatch, pipeline, turn, batchGamesMax), turn),
});

interface BatchRow {
  readonly games: number;
  readonly distinctGames: number;
  readonly wins: number;
  readonly draws: number;
  readonly losses: number;
  readonly lengths: number;
  readonly lengthSum: number;
  readonly lengthSquares: number;
}

/** The total of SQLite is 0 without rows, where the sum would be null. */
const selectBatch = `
  WITH batch AS (
    SELECT result, json_remove(json, '$.id') AS game,
      CASE json_type(json, '$.moves') WHEN 'array' THEN json_array_length(json, '$.moves') WHEN 'text' THEN length(json_extract(json, '$.moves')) END AS plies
    FROM games WHERE pipeline = ? AND turn = ? ORDER BY item_number, game_number, id LIMIT ?)
  SELECT count(*) AS games, count(DISTINCT game) AS distinctGames, total(result = '1') AS wins, total(result = '0') AS draws, total(result = '-1') AS losses,
    count(plies) AS lengths, total(plies) AS lengthSum, total(plies * plies) AS lengthSquares FROM batch`;

const batchOf = (row: BatchRow | undefined, turn: number): GameBatch => ({
  turn,
  games: row?.games ?? 0,
  distinct: row?.distinctGames ?? 0,
  wins: row?.wins ?? 0,
  draws: row?.draws ?? 0,
  losses: row?.losses ?? 0,
  lengths: { n: row?.lengths ?? 0, sum: row?.lengthSum ?? 0, squares: row?.lengthSquares ?? 0 },
});
