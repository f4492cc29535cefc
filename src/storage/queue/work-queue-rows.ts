/** The schema and the rows of `work_queue.db`. {@link WorkQueue} changes the rows, and the read model reads them. */
import { type WorkItem, type WorkItemSpec, itemStatesOpen } from '../../domain/item/work-item.ts';
import type { JobOutcome } from '../../domain/job/try-end.ts';
import { outboxTables } from '../event/outbox.ts';
import type { LedgerSchema } from '../ledger/open-ledger.ts';
import { given } from '../../base/given.ts';
import type { ItemRow } from './item-columns.ts';
import { owedWakeTable } from './owed-wake.ts';
import { queuedGroupsTable } from './publish-queued.ts';

export const workQueueSchema: LedgerSchema = {
  name: 'work queue',
  migrations: [
    `
    CREATE TABLE items (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      state TEXT NOT NULL CHECK (state IN ('pending', 'claimed', 'running', 'completed', 'failed', 'timed-out', 'cancelled', 'dead')),
      kind TEXT NOT NULL,
      pipeline TEXT,
      turn INTEGER,
      owner TEXT,
      priority REAL NOT NULL,
      shape TEXT NOT NULL,
      slots INTEGER NOT NULL,
      epoch INTEGER NOT NULL DEFAULT 0,
      attempts INTEGER NOT NULL DEFAULT 0,
      attempts_max INTEGER NOT NULL,
      node TEXT,
      avoid_node TEXT,
      workflow_id TEXT,
      run_id TEXT,
      cancel_requested INTEGER NOT NULL DEFAULT 0,
      progress_done REAL,
      progress_of REAL,
      claimed_at_ms INTEGER,
      started_at_ms INTEGER,
      closed_at_ms INTEGER,
      created_at_ms INTEGER NOT NULL,
      changed_at_ms INTEGER NOT NULL,
      history TEXT NOT NULL DEFAULT '[]',
      outcome TEXT
    ) STRICT;
    CREATE TABLE specs (seq INTEGER PRIMARY KEY REFERENCES items (seq), json TEXT NOT NULL) STRICT;
    CREATE INDEX items_pending ON items (shape, priority DESC, seq) WHERE state = 'pending';
    CREATE INDEX items_open ON items (seq) WHERE state IN ('claimed', 'running');
    CREATE INDEX items_closed ON items (state, closed_at_ms) WHERE closed_at_ms IS NOT NULL;
    CREATE TABLE counts (state TEXT PRIMARY KEY, items INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    INSERT INTO counts VALUES ('pending', 0), ('claimed', 0), ('running', 0), ('completed', 0), ('failed', 0), ('timed-out', 0), ('cancelled', 0), ('dead', 0);
    `,
    // A restore raises the floor. The epoch of a new item starts at the floor, because an item with the same id may have had tries before the restore.
    `
    CREATE TABLE epoch_floor (one INTEGER PRIMARY KEY CHECK (one = 1), epoch INTEGER NOT NULL) STRICT;
    INSERT INTO epoch_floor VALUES (1, 0);
    `,
    // `failed_on` takes the place of `avoid_node`, which nothing reads any more. `free_tries` counts the tries that do not count as attempts.
    `
    ALTER TABLE items ADD COLUMN failed_on TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE items ADD COLUMN free_tries INTEGER NOT NULL DEFAULT 0;
    UPDATE items SET failed_on = json_array(json_object('node', avoid_node, 'atMs', changed_at_ms)) WHERE avoid_node IS NOT NULL AND state = 'pending';
    `,
    outboxTables,
    owedWakeTable,
    queuedGroupsTable,
    // Most items avoid no node. The index finds at once whether any does.
    `CREATE INDEX items_avoiding ON items (seq) WHERE state = 'pending' AND failed_on <> '[]';`,
  ],
};

/** The SQL condition for rows that jobs hold. The index `items_open` has the same condition, so SQLite can use that index. */
export const isOpenRow = `state IN (${itemStatesOpen.map((state) => `'${state}'`).join(', ')})`;

/** Returns the whole item of the domain. */
export const toWorkItem = (row: ItemRow, spec: WorkItemSpec): WorkItem =>
  given({
    spec,
    state: row.state,
    epoch: row.epoch,
    attempts: row.attempts,
    node: row.node ?? undefined,
    outcome: row.outcome === null ? undefined : (JSON.parse(row.outcome) as JobOutcome),
    history: JSON.parse(row.history) as string[],
    createdAtMs: row.created_at_ms,
    changedAtMs: row.changed_at_ms,
  });
