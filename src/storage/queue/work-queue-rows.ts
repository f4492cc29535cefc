/** Schema and rows of `work_queue.db`: {@link WorkQueue} changes them, the read model reads them. */
import type { ItemId, NodeId } from '../../domain/ids.ts';
import { type ItemState, type JobKind, type WorkItem, type WorkItemSpec, itemStatesOpen } from '../../domain/item/work-item.ts';
import type { JobOutcome } from '../../domain/job/try-end.ts';
import type { LedgerSchema } from '../ledger/open-ledger.ts';

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
  ],
};

/** A row without its spec. */
export interface ItemRow {
  readonly seq: number;
  readonly id: ItemId;
  readonly state: ItemState;
  readonly kind: JobKind;
  readonly pipeline: string | null;
  readonly turn: number | null;
  readonly owner: string | null;
  readonly priority: number;
  readonly slots: number;
  readonly epoch: number;
  readonly attempts: number;
  readonly attempts_max: number;
  readonly node: NodeId | null;
  readonly avoid_node: NodeId | null;
  readonly workflow_id: string | null;
  readonly run_id: string | null;
  readonly cancel_requested: 0 | 1;
  readonly progress_done: number | null;
  readonly progress_of: number | null;
  readonly claimed_at_ms: number | null;
  readonly started_at_ms: number | null;
  readonly created_at_ms: number;
  readonly changed_at_ms: number;
  readonly history: string;
  readonly outcome: string | null;
}

export interface CandidateRow {
  readonly seq: number;
  readonly id: ItemId;
  readonly priority: number;
  readonly slots: number;
  readonly shape: string;
  readonly epoch: number;
  readonly avoid_node: NodeId | null;
}

export const itemColumns =
  'seq, id, state, kind, pipeline, turn, owner, priority, slots, epoch, attempts, attempts_max, node, avoid_node, workflow_id, run_id, cancel_requested, ' +
  'progress_done, progress_of, claimed_at_ms, started_at_ms, created_at_ms, changed_at_ms, history, outcome';

/** True for a row that a job holds. The index `items_open` has the same words. */
export const isOpenRow = `state IN (${itemStatesOpen.map((state) => `'${state}'`).join(', ')})`;

/** Slots and labels: what decides where an item may run. Never empty. */
export const shapeOf = (spec: WorkItemSpec): string => `${spec.slots}:${spec.labels.toSorted().join(',')}`;
export const slotsOfShape = (shape: string): number => Number(shape.slice(0, shape.indexOf(':')));
export const labelsOfShape = (shape: string): readonly string[] =>
  shape
    .slice(shape.indexOf(':') + 1)
    .split(',')
    .filter((label) => label !== '');

/** The whole item, as `src/domain/item/work-item.ts` has it. */
export const toWorkItem = (row: ItemRow, spec: WorkItemSpec): WorkItem => ({
  spec,
  state: row.state,
  epoch: row.epoch,
  attempts: row.attempts,
  ...(row.node === null ? {} : { node: row.node }),
  ...(row.outcome === null ? {} : { outcome: JSON.parse(row.outcome) as JobOutcome }),
  history: JSON.parse(row.history) as string[],
  createdAtMs: row.created_at_ms,
  changedAtMs: row.changed_at_ms,
});
