import type Database from 'better-sqlite3';
import type { WorkItemSpec } from '../../domain/item/work-item.ts';
import { ledgerPaths } from '../ledger/ledger-paths.ts';
import { isOpenRow } from '../queue/work-queue-rows.ts';
import { reading } from './reading.ts';

export interface NeededContent {
  readonly needed: ReadonlySet<string>;
  readonly turnsBeganAtMs: readonly number[];
}

/**
 * Reads from the ledgers which files at home are needed. Throws when a ledger is missing or cannot be read, because nothing may be removed then. The
 * files of the `champions` newest former champions of each pipeline count as needed.
 */
export function neededContent(state: string, champions: number): NeededContent {
  const paths = ledgerPaths(state);
  return {
    needed: new Set([
      ...reading(paths.queue, (db) => [...contentOfItems(db)]),
      ...reading(paths.ratings, (db) => [...contentOfModels(db, champions), ...contentOfTurns(db)]),
    ]),
    turnsBeganAtMs: reading(paths.resources, (db) =>
      db
        .prepare<[], { atMs: number }>(
          `SELECT min(started_at_ms) AS atMs FROM stages JOIN (SELECT pipeline, max(turn) AS turn FROM stages GROUP BY pipeline) USING (pipeline, turn)
             GROUP BY pipeline`,
        )
        .all()
        .map(({ atMs }) => atMs),
    ),
  };
}

/** Yields the inputs and the payloads of the items that have not ended. */
function* contentOfItems(db: Database.Database): Generator<string> {
  const specs = db.prepare<[], { json: string }>(`SELECT json FROM specs JOIN items USING (seq) WHERE state = 'pending' OR ${isOpenRow}`);
  for (const { json } of specs.iterate()) {
    const { inputs, payload } = JSON.parse(json) as WorkItemSpec;
    for (const { sha256 } of inputs) yield sha256;
    if (payload !== undefined) yield payload.digest;
  }
}

function* contentOfModels(db: Database.Database, champions: number): Generator<string> {
  const models = db.prepare<[number], { sha256: string; payload_digest: string }>(
    `SELECT sha256, payload_digest FROM models WHERE id IN (SELECT model FROM champions) OR id IN (
       SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY pipeline ORDER BY turn DESC) AS age FROM models WHERE state = 'retired') WHERE age <= ?)`,
  );
  for (const { sha256, payload_digest } of models.iterate(champions)) {
    yield sha256;
    yield payload_digest;
  }
}

/** Yields what the newest turn of each pipeline has fixed: its payload and its champion. */
function* contentOfTurns(db: Database.Database): Generator<string> {
  const turns = db.prepare<[], { payload_digest: string; champion: string | null }>(
    'SELECT payload_digest, champion FROM turns JOIN (SELECT pipeline, max(turn) AS turn FROM turns GROUP BY pipeline) USING (pipeline, turn)',
  );
  for (const { payload_digest, champion } of turns.iterate()) {
    yield payload_digest;
    yield* champion?.match(/[0-9a-f]{64}/g) ?? [];
  }
}
