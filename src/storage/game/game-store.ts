/**
 * `selfplay.db` stores every consolidated game once, as the line that the program wrote. An id belongs to one game for ever. The same id with other
 * content is corruption, no matter which node sent the file. `read_files` lists the files that were read, by content, so that a growing replica is
 * not parsed again. `set_aside_files` lists files that are never read. A damaged file stays in its node's dataset, so every sync brings it home
 * again.
 */
import { RingmasterError } from '../../domain/failure/error.ts';
import type { FailureRecord } from '../../domain/failure/record.ts';
import type { GameLine } from '../../domain/game/games-file.ts';
import { ledgerLimits } from '../limits.ts';
import type { Ledger, LedgerSchema } from '../ledger/open-ledger.ts';

export const gameStoreSchema: LedgerSchema = {
  name: 'ledger of games',
  migrations: [
    `
    CREATE TABLE games (
      id TEXT PRIMARY KEY,
      pipeline TEXT NOT NULL,
      turn INTEGER NOT NULL,
      item TEXT NOT NULL,
      item_number INTEGER NOT NULL,
      game_number INTEGER NOT NULL,
      result TEXT NOT NULL,
      json TEXT NOT NULL
    ) STRICT;
    CREATE INDEX games_order ON games (pipeline, turn, item_number, game_number, id);
    CREATE TABLE read_files (
      name TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      games INTEGER NOT NULL,
      PRIMARY KEY (name, sha256)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE totals (pipeline TEXT PRIMARY KEY, games INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TRIGGER games_added AFTER INSERT ON games BEGIN
      INSERT INTO totals VALUES (new.pipeline, 1) ON CONFLICT (pipeline) DO UPDATE SET games = games + 1;
    END;
    `,
    `
    CREATE TABLE set_aside_files (
      name TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      pipeline TEXT NOT NULL,
      turn INTEGER NOT NULL,
      item TEXT NOT NULL,
      at_ms INTEGER NOT NULL,
      failure TEXT NOT NULL,
      PRIMARY KEY (name, sha256)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX set_aside_newest ON set_aside_files (pipeline, at_ms);
    `,
    // The turns that have games, with the time at which the last of them was added. The time of older games is not known.
    `
    CREATE TABLE game_turns (
      pipeline TEXT NOT NULL,
      turn INTEGER NOT NULL,
      newest_ms INTEGER NOT NULL,
      PRIMARY KEY (pipeline, turn)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO game_turns SELECT pipeline, turn, unixepoch() * 1000 FROM games GROUP BY pipeline, turn;
    `,
  ],
};

export interface GamesFile {
  readonly pipeline: string;
  readonly turn: number;
  readonly item: string;
  readonly itemNumber: number;
  /** `<item>.games.ndjson`. */
  readonly name: string;
  readonly sha256: string;
  readonly path: string;
}

export interface SetAsideRow {
  readonly name: string;
  readonly sha256: string;
  readonly pipeline: string;
  readonly turn: number;
  readonly item: string;
  readonly at_ms: number;
  readonly failure: string;
}

/** The last game of a page. The next page begins after this game. */
interface Cursor {
  readonly turn: number;
  readonly item_number: number;
  readonly game_number: number;
  readonly id: string;
}

export class GameStore {
  readonly ledger: Ledger;

  constructor(ledger: Ledger) {
    this.ledger = ledger;
  }

  /** Returns the number of games in a file if this content of the file was read before. Otherwise returns undefined. */
  gamesRead(name: string, sha256: string): number | undefined {
    return this.ledger.statement<{ games: number }>('SELECT games FROM read_files WHERE name = ? AND sha256 = ?').get(name, sha256)?.games;
  }

  /** Adds all games of one file or none. Returns how many of the games are new. */
  add(file: GamesFile, games: readonly GameLine[], nowMs: number): number {
    return this.ledger.write(`consolidate ${file.name}`, () => {
      const put = this.ledger.statement(
        'INSERT INTO games (id, pipeline, turn, item, item_number, game_number, result, json) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
      );
      const get = this.ledger.statement<{ json: string; item: string }>('SELECT json, item FROM games WHERE id = ?');
      let added = 0;
      for (const game of games) {
        const { changes } = put.run(game.id, file.pipeline, file.turn, file.item, file.itemNumber, trailingNumber(game.id), game.result, game.json);
        added += changes;
        if (changes === 0) refuseConflict(file, game, get.get(game.id));
      }
      this.ledger.statement('INSERT OR REPLACE INTO read_files (name, sha256, games) VALUES (?, ?, ?)').run(file.name, file.sha256, games.length);
      this.ledger.statement('INSERT OR REPLACE INTO game_turns (pipeline, turn, newest_ms) VALUES (?, ?, ?)').run(file.pipeline, file.turn, nowMs);
      return added;
    });
  }

  /** Sets a file aside for ever, by name and content. When the same file is set aside again, the ledger keeps the first reason. */
  setAside(file: GamesFile, failure: FailureRecord, nowMs: number): void {
    this.ledger.write(`set ${file.name} aside`, () =>
      this.ledger
        .statement(
          'INSERT INTO set_aside_files (name, sha256, pipeline, turn, item, at_ms, failure) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name, sha256) DO NOTHING',
        )
        .run(file.name, file.sha256, file.pipeline, file.turn, file.item, nowMs, JSON.stringify(failure)),
    );
  }

  /** Returns true when a file with this name and this content was set aside. If `sha256` is not given, only the name matters. */
  isSetAside(name: string, sha256?: string): boolean {
    const found =
      sha256 === undefined
        ? this.ledger.statement('SELECT 1 FROM set_aside_files WHERE name = ? LIMIT 1').get(name)
        : this.ledger.statement('SELECT 1 FROM set_aside_files WHERE name = ? AND sha256 = ?').get(name, sha256);
    return found !== undefined;
  }

  /** Returns the number of files of these turns that were set aside. */
  setAsideCount(pipeline: string, from: number, to: number): number {
    const count = this.ledger.statement<{ files: number }>(
      'SELECT count(*) AS files FROM set_aside_files WHERE pipeline = ? AND turn BETWEEN ? AND ?',
    );
    return count.get(pipeline, from, to)?.files ?? 0;
  }

  hasGames(pipeline: string, turn: number): boolean {
    return this.ledger.statement('SELECT 1 FROM games WHERE pipeline = ? AND turn = ? LIMIT 1').get(pipeline, turn) !== undefined;
  }

  /** Returns the oldest turn of a pipeline that has games. */
  firstTurn(pipeline: string): number | undefined {
    const first = this.ledger.statement<{ turn: number | null }>('SELECT min(turn) AS turn FROM games WHERE pipeline = ?').get(pipeline);
    return first?.turn ?? undefined;
  }

  total(pipeline: string): number {
    return this.ledger.statement<{ games: number }>('SELECT games FROM totals WHERE pipeline = ?').get(pipeline)?.games ?? 0;
  }

  /** Returns the games of these turns in pages, in the order of turn, item number and game number. No statement stays open between two pages. */
  *pages(pipeline: string, from: number, to: number, rowsMax: number = ledgerLimits.gamesPageRows): Generator<readonly string[]> {
    const next = this.ledger.statement<Cursor & { json: string }>(
      `SELECT turn, item_number, game_number, id, json FROM games
       WHERE pipeline = ? AND turn <= ? AND (turn, item_number, game_number, id) > (?, ?, ?, ?)
       ORDER BY turn, item_number, game_number, id LIMIT ?`,
    );
    let after: Cursor = { turn: from, item_number: -1, game_number: -1, id: '' };
    for (;;) {
      const rows = next.all(pipeline, to, after.turn, after.item_number, after.game_number, after.id, rowsMax);
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows.map((row) => row.json);
      after = last;
    }
  }

  close(): void {
    this.ledger.close();
  }
}

/**
 * Returns the number at the end of an id: 17 for `connect-four.3.17`. Returns 0 for an id that does not end in a number. Games with such ids are
 * ordered by the text of their ids.
 */
const trailingNumber = (id: string): number => Number(/(\d{1,15})$/.exec(id)?.[1] ?? 0);

function refuseConflict(file: GamesFile, game: GameLine, known: { readonly json: string; readonly item: string } | undefined): void {
  if (known === undefined || known.json === game.json) return;
  throw new RingmasterError('pipeline.bad-games', {
    cannot: `take the games of ${file.item}`,
    because: `line ${game.line} of ${file.path} has game ${game.id}, which is known with other content from item ${known.item}`,
    hint: { say: 'comparing the two; games with the same id must be the same (`firstGame`, `prefix` and the seed decide the id)' },
    fields: { item: file.item, file: file.path, line: game.line, game: game.id },
  });
}
