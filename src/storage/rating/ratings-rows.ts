/** The schema and the rows of `elo.db`. {@link Ratings} changes the rows, and the read model reads them. */
import type { ModelView } from '../../domain/model/model.ts';
import { outboxTables } from '../event/outbox.ts';
import { feedbackTable } from './feedback-values.ts';
import type { LedgerSchema } from '../ledger/open-ledger.ts';

export const ratingsSchema: LedgerSchema = {
  name: 'ratings',
  migrations: [
    `
    CREATE TABLE models (
      id TEXT PRIMARY KEY,
      pipeline TEXT NOT NULL,
      turn INTEGER NOT NULL,
      sha256 TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('candidate', 'champion', 'retired', 'rejected')),
      elo REAL NOT NULL DEFAULT 0,
      elo_error REAL NOT NULL DEFAULT 0,
      training_set TEXT NOT NULL,
      parent TEXT NOT NULL,
      seed INTEGER NOT NULL,
      payload_digest TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX models_created ON models (created_at_ms);
    CREATE TABLE champions (
      pipeline TEXT PRIMARY KEY,
      model TEXT NOT NULL,
      elo REAL NOT NULL,
      turn INTEGER NOT NULL,
      promotions INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE turns (
      pipeline TEXT NOT NULL,
      turn INTEGER NOT NULL,
      champion TEXT,
      payload_digest TEXT NOT NULL,
      PRIMARY KEY (pipeline, turn)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE evaluations (
      pipeline TEXT NOT NULL,
      turn INTEGER NOT NULL,
      candidate TEXT NOT NULL,
      champion TEXT NOT NULL,
      verdict TEXT NOT NULL CHECK (verdict IN ('accept', 'reject', 'undecided')),
      llr REAL NOT NULL,
      pairs INTEGER NOT NULL,
      pair_results TEXT NOT NULL,
      elo REAL NOT NULL,
      elo_error REAL NOT NULL,
      promoted INTEGER NOT NULL,
      champion_after TEXT NOT NULL,
      at_ms INTEGER NOT NULL,
      PRIMARY KEY (pipeline, turn, candidate)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE openings (pipeline TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT;
    CREATE TABLE opening_ranges (
      pipeline TEXT NOT NULL,
      key TEXT NOT NULL,
      first INTEGER NOT NULL,
      count INTEGER NOT NULL,
      PRIMARY KEY (pipeline, key)
    ) STRICT, WITHOUT ROWID;
    `,
    `
    ALTER TABLE turns ADD COLUMN config TEXT;
    ALTER TABLE turns ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE turns ADD COLUMN reruns INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE turns ADD COLUMN runs INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE turns ADD COLUMN replaced_digest TEXT;
    ALTER TABLE turns ADD COLUMN kept TEXT NOT NULL DEFAULT '[]';
    `,
    outboxTables,
    feedbackTable,
  ],
};

export interface ModelRow {
  readonly id: string;
  readonly pipeline: string;
  readonly turn: number;
  readonly sha256: string;
  readonly bytes: number;
  readonly state: ModelView['state'];
  readonly elo: number;
  readonly elo_error: number;
  readonly training_set: string;
  readonly created_at_ms: number;
}
