/**
 * `work_queue.db`: one row for each thing wanted. States and arrows: `src/domain/work-item.ts`.
 *
 * The spec lies beside the row, so that a change of state writes a narrow row. `counts` is kept by the same transactions (and counted anew on
 * open), so that the status needs no scan. `shape` (slots and labels) lets a match look at the first items of each shape only: a thousand items that no free node may run
 * cannot hide the one that could.
 */
import { RingmasterError } from '../domain/failure.ts';
import { isClosedState, type ItemState, type JobKind, type JobOutcome, type WorkItem, type WorkItemSpec } from '../domain/work-item.ts';
import { isItemId, type ItemId, type NodeId } from '../domain/ids.ts';
import { canonicalJson } from './canonical-json.ts';
import { ledgerLimits } from './ledger-limits.ts';
import { openLedger, type Ledger, type LedgerSchema, type OpenLedgerOptions } from './open-ledger.ts';

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

export interface ClosingChange {
  readonly state: ItemState;
  readonly attempts: number;
  readonly avoidNode: NodeId | null;
  readonly history: readonly string[];
  readonly outcome: JobOutcome;
}

const columns =
  'seq, id, state, kind, pipeline, turn, owner, priority, slots, epoch, attempts, attempts_max, node, avoid_node, workflow_id, run_id, cancel_requested, ' +
  'progress_done, progress_of, claimed_at_ms, started_at_ms, created_at_ms, changed_at_ms, history, outcome';
export const itemColumns = columns;

export function openWorkQueue(file: string, options?: OpenLedgerOptions): WorkQueue {
  const queue = new WorkQueue(openLedger(file, workQueueSchema, options));
  queue.recount();
  return queue;
}

export class WorkQueue {
  readonly ledger: Ledger;

  constructor(ledger: Ledger) {
    this.ledger = ledger;
  }

  /** All or none. The same id with the same spec is no news; with another spec it is `queue.conflict`. */
  enqueue(specs: readonly WorkItemSpec[], nowMs: number): number {
    const { ledger } = this;
    return ledger.write('enqueue items', () => {
      const faults: string[] = [];
      let added = 0;
      for (const spec of specs) {
        const json = canonicalJson(spec);
        const known = ledger.statement<{ json: string }>('SELECT json FROM specs JOIN items USING (seq) WHERE id = ?').get(spec.id);
        if (known !== undefined) {
          if (known.json !== json) faults.push(`${spec.id} exists with another spec`);
          continue;
        }
        const fault = faultOf(spec, json);
        if (fault !== undefined) faults.push(fault);
        else added += this.#insert(spec, json, nowMs);
      }
      if (faults.length > 0) throw conflict(faults);
      this.#counted('pending', added);
      if (added > 0 && this.count('pending') > ledgerLimits.pendingItemsMax) throw full(added);
      return added;
    });
  }

  #insert(spec: WorkItemSpec, json: string, nowMs: number): number {
    const { lastInsertRowid } = this.ledger
      .statement(
        `INSERT INTO items (id, state, kind, pipeline, turn, owner, priority, shape, slots, attempts_max, created_at_ms, changed_at_ms)
         VALUES (?, 'pending', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(spec.id, spec.kind, spec.pipeline ?? null, spec.turn ?? null, spec.owner ?? null, spec.priority, shapeOf(spec), spec.slots, spec.attemptsMax, nowMs, nowMs);
    this.ledger.statement('INSERT INTO specs (seq, json) VALUES (?, ?)').run(lastInsertRowid, json);
    return 1;
  }

  row(id: string): ItemRow | undefined {
    return this.ledger.statement<ItemRow>(`SELECT ${columns} FROM items WHERE id = ?`).get(id);
  }

  spec(seq: number): WorkItemSpec {
    const found = this.ledger.statement<{ json: string }>('SELECT json FROM specs WHERE seq = ?').get(seq);
    return JSON.parse(found?.json ?? 'null') as WorkItemSpec;
  }

  stateOf(id: ItemId): ItemState | undefined {
    return this.ledger.statement<{ state: ItemState }>('SELECT state FROM items WHERE id = ?').get(id)?.state;
  }

  count(state: ItemState): number {
    return this.ledger.statement<{ items: number }>('SELECT items FROM counts WHERE state = ?').get(state)?.items ?? 0;
  }

  #counted(state: ItemState, change: number): void {
    if (change !== 0) this.ledger.statement('UPDATE counts SET items = items + ? WHERE state = ?').run(change, state);
  }

  #moved(from: ItemState, to: ItemState, items: number): void {
    if (from === to || items === 0) return;
    this.ledger.statement('UPDATE counts SET items = items + CASE state WHEN ?1 THEN -?3 ELSE ?3 END WHERE state IN (?1, ?2)').run(from, to, items);
  }

  /** For a file that a person has edited by hand. */
  recount(): void {
    this.ledger.write('count the items', () => {
      this.ledger.statement('UPDATE counts SET items = (SELECT count(*) FROM items WHERE items.state = counts.state)').run();
    });
  }

  /** Claimed and running, oldest first. */
  openRows(): readonly ItemRow[] {
    return this.ledger.statement<ItemRow>(`SELECT ${columns} FROM items WHERE state IN ('claimed', 'running') ORDER BY seq`).all();
  }

  /** The first of each shape, in no particular order between shapes. */
  candidates(perShapeMax: number): readonly CandidateRow[] {
    const first = this.ledger.statement<CandidateRow>(
      `SELECT seq, id, priority, slots, shape, epoch, avoid_node FROM items WHERE state = 'pending' AND shape = ?
       ORDER BY priority DESC, seq LIMIT ?`,
    );
    return this.#shapes().flatMap((shape) => first.all(shape, Math.min(perShapeMax, ledgerLimits.candidatesPerShapeMax)));
  }

  /** A loose scan: one index seek for each shape, whatever the number of items. */
  #shapes(): readonly string[] {
    const next = this.ledger.statement<{ shape: string | null }>(`SELECT min(shape) AS shape FROM items WHERE state = 'pending' AND shape > ?`);
    const shapes: string[] = [];
    for (let shape = next.get('')?.shape; typeof shape === 'string'; shape = next.get(shape)?.shape) shapes.push(shape);
    return shapes;
  }

  /** The only place that raises an epoch. */
  markClaimed(claims: readonly { readonly seq: number; readonly node: NodeId }[], nowMs: number): void {
    const claim = this.ledger.statement(
      `UPDATE items SET state = 'claimed', epoch = epoch + 1, node = ?, workflow_id = NULL, run_id = NULL, progress_done = NULL, progress_of = NULL,
         claimed_at_ms = ?, started_at_ms = NULL, changed_at_ms = ? WHERE seq = ? AND state = 'pending'`,
    );
    let changed = 0;
    for (const { seq, node } of claims) changed += claim.run(node, nowMs, nowMs, seq).changes;
    this.#moved('pending', 'claimed', changed);
  }

  markRunning({ seq, state }: ItemRow, workflowId: string, runId: string, nowMs: number): void {
    this.ledger
      .statement(
        `UPDATE items SET state = 'running', workflow_id = ?, run_id = ?, started_at_ms = coalesce(started_at_ms, ?), changed_at_ms = ? WHERE seq = ?`,
      )
      .run(workflowId, runId, nowMs, nowMs, seq);
    this.#moved(state, 'running', 1);
  }

  markProgress(id: ItemId, epoch: number, done: number, of: number, nowMs: number): void {
    this.ledger.write(`record progress of ${id}`, () =>
      this.ledger
        .statement(
          `UPDATE items SET progress_done = ?, progress_of = ?, changed_at_ms = ? WHERE id = ? AND epoch = ? AND state IN ('claimed', 'running')`,
        )
        .run(done, of, nowMs, id, epoch),
    );
  }

  markClosed({ seq, state }: ItemRow, change: ClosingChange, nowMs: number): void {
    const closed = isClosedState(change.state);
    this.ledger
      .statement(
        `UPDATE items SET state = ?, attempts = ?, avoid_node = ?, history = ?, outcome = ?, closed_at_ms = ?, changed_at_ms = ? WHERE seq = ?`,
      )
      .run(change.state, change.attempts, change.avoidNode, JSON.stringify(change.history), JSON.stringify(change.outcome), closed ? nowMs : null, nowMs, seq);
    this.#moved(state, change.state, 1);
  }

  markCancelled(seq: number, outcome: JobOutcome, nowMs: number): void {
    this.ledger
      .statement(`UPDATE items SET state = 'cancelled', outcome = ?, closed_at_ms = ?, changed_at_ms = ?, cancel_requested = 1 WHERE seq = ? AND state = 'pending'`)
      .run(JSON.stringify(outcome), nowMs, nowMs, seq);
    this.#moved('pending', 'cancelled', 1);
  }

  requestCancel(seq: number): void {
    this.ledger.statement('UPDATE items SET cancel_requested = 1 WHERE seq = ?').run(seq);
  }

  close(): void {
    this.ledger.close();
  }
}

/** Slots and labels: what decides where an item may run. Never empty. */
const shapeOf = (spec: WorkItemSpec): string => `${spec.slots}:${spec.labels.toSorted().join(',')}`;
export const labelsOfShape = (shape: string): readonly string[] => shape.slice(shape.indexOf(':') + 1).split(',').filter((label) => label !== '');

/** Why such an item is refused. */
function faultOf(spec: WorkItemSpec, json: string): string | undefined {
  if (!isItemId(spec.id)) return `"${spec.id}" is no item id`;
  if (!Number.isInteger(spec.slots) || spec.slots < 1) return `${spec.id} asks for ${spec.slots} slots`;
  if (!Number.isInteger(spec.attemptsMax) || spec.attemptsMax < 1) return `${spec.id} allows ${spec.attemptsMax} attempts`;
  if (json.length > ledgerLimits.specBytesMax) return `${spec.id} is ${json.length} bytes of JSON and ${ledgerLimits.specBytesMax} are allowed`;
  return undefined;
}

const conflict = (faults: readonly string[]): RingmasterError =>
  new RingmasterError('queue.conflict', {
    cannot: 'enqueue the items',
    because: `${faults.slice(0, 5).join('; ')}${faults.length > 5 ? ` and ${faults.length - 5} more` : ''}`,
    hint: 'another id, or the spec that is there already (`ringmaster explain <item>`); none was added',
    fields: { faults: faults.length },
  });

const full = (added: number): RingmasterError =>
  new RingmasterError('queue.full', {
    cannot: `enqueue ${added} items`,
    because: `the queue would hold more than ${ledgerLimits.pendingItemsMax} pending items`,
    hint: 'waiting until nodes have taken some, or cancelling what is no longer wanted',
    fields: { pendingItemsMax: ledgerLimits.pendingItemsMax },
  });

/** The whole item, as `src/domain/work-item.ts` has it. */
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
