/**
 * `work_queue.db`: one row for each item. `src/domain/item/work-item.ts` shows the states of an item and the changes between them.
 *
 * The spec is in a table of its own, so that a change of state writes a narrow row. The transaction that changes a state also updates the
 * counts (`item-counts.ts`). Opening the file counts the items again.
 */
import { specFrameBytesMax } from '../../domain/limits.ts';
import { sizeFault } from '../../domain/item/item-size.ts';
import { sameFiles } from '../../domain/item/dataset-file.ts';
import { queueFaults } from '../../domain/item/item-faults.ts';
import { isClosedState, type ItemState, type WorkItemSpec } from '../../domain/item/work-item.ts';
import type { JobOutcome } from '../../domain/job/try-end.ts';
import type { ItemId, JobRef, NodeId } from '../../domain/ids.ts';
import { freeTriesMax } from '../../domain/limits.ts';
import { canonicalJson } from '../../base/canonical-json.ts';
import { ledgerLimits } from '../limits.ts';
import type { Ledger } from '../ledger/open-ledger.ts';
import { itemColumns, openColumns, type OpenRow, type ItemRow, insertItem, newItemValues } from './item-columns.ts';
import { epochFloor } from './epoch-floor.ts';
import { ItemCounts } from './item-counts.ts';
import { conflict, full, tooLarge } from './queue-failures.ts';
import { publishQueued } from './publish-queued.ts';
import { isOpenRow } from './work-queue-rows.ts';

export interface ClosingChange {
  readonly state: ItemState;
  readonly attempts: number;
  readonly freeTries: number;
  /** A list of `FailedOn` as JSON. */
  readonly failedOn: string;
  readonly history: readonly string[];
  readonly outcome: JobOutcome;
}

/** Returns the queue of an open file, after counting its items again. */
export function openWorkQueue(ledger: Ledger): WorkQueue {
  const queue = new WorkQueue(ledger);
  queue.recount();
  return queue;
}

export class WorkQueue {
  readonly ledger: Ledger;
  readonly #counts: ItemCounts;

  constructor(ledger: Ledger) {
    this.ledger = ledger;
    this.#counts = new ItemCounts(ledger);
  }

  /** Counts the items again, because a person may have edited the file. */
  recount(): void {
    this.#counts.recount();
  }

  /**
   * Adds all items or none, and returns how many are new. If the queue has an item with the same id and the same spec, that item is left alone. If
   * the spec differs, or if an output would be the same file of a dataset as an output of another item, the call throws `queue.conflict`.
   * For an item, `avoid` names the node that the item avoids as if it had failed there. `avoid` is not part of the spec, because it does
   * not change what the item is.
   */
  enqueue(specs: readonly WorkItemSpec[], nowMs: number, avoid: ReadonlyMap<ItemId, NodeId> = new Map()): number {
    const { ledger } = this;
    return ledger.write('enqueue items', () => {
      const faults: string[] = [];
      const sizes: string[] = [];
      const added: WorkItemSpec[] = [];
      for (const spec of specs) {
        const json = canonicalJson(spec);
        const known = ledger.statement<{ json: string }>('SELECT json FROM specs JOIN items USING (seq) WHERE id = ?').get(spec.id);
        if (known !== undefined) {
          if (known.json !== json) faults.push(`${spec.id} exists with another spec`);
          continue;
        }
        const fault = faultOf(spec) ?? this.#sameFileFault(spec);
        // A character has at most three bytes. Most items are small, and their parts need not be measured.
        const size = json.length * 3 <= specFrameBytesMax ? undefined : sizeFault(spec);
        if (size !== undefined) sizes.push(size);
        else if (fault !== undefined) faults.push(fault);
        else {
          this.#insert(spec, json, nowMs, avoid.get(spec.id));
          added.push(spec);
        }
      }
      if (sizes.length > 0) throw tooLarge(sizes);
      if (faults.length > 0) throw conflict(faults);
      this.#counts.add('pending', added.length);
      if (added.length > 0 && this.count('pending') > ledgerLimits.pendingItemsMax) throw full(added.length);
      publishQueued(ledger, added, nowMs);
      return added.length;
    });
  }

  /** Returns why an output would replace the output of another item in a dataset. */
  #sameFileFault(spec: WorkItemSpec): string | undefined {
    for (const { item, output, own } of sameFiles(spec)) {
      const row = this.ledger.statement<{ seq: number }>('SELECT seq FROM items WHERE id = ?').get(item);
      if (row === undefined || !this.spec(row.seq).outputs.some(({ path, to }) => path === output.path && to === output.to)) continue;
      return `the output ${own.path} of ${spec.id} and the output ${output.path} of ${item} would be one file of ${own.to}`;
    }
    return undefined;
  }

  #insert(spec: WorkItemSpec, json: string, nowMs: number, avoid: NodeId | undefined): void {
    const { lastInsertRowid } = this.ledger.statement(insertItem).run(...newItemValues({ spec, avoid, nowMs, epochFloor: epochFloor(this.ledger) }));
    this.ledger.statement('INSERT INTO specs (seq, json) VALUES (?, ?)').run(lastInsertRowid, json);
  }

  row(id: string): ItemRow | undefined {
    return this.ledger.statement<ItemRow>(`SELECT ${itemColumns} FROM items WHERE id = ?`).get(id);
  }

  spec(seq: number): WorkItemSpec {
    const found = this.ledger.statement<{ json: string }>('SELECT json FROM specs WHERE seq = ?').get(seq);
    return JSON.parse(found?.json ?? 'null') as WorkItemSpec;
  }

  shapeOf(seq: number): string {
    return this.ledger.statement<{ shape: string }>('SELECT shape FROM items WHERE seq = ?').get(seq)?.shape ?? '';
  }

  stateOf(id: ItemId): ItemState | undefined {
    return this.ledger.statement<{ state: ItemState }>('SELECT state FROM items WHERE id = ?').get(id)?.state;
  }

  /** Returns the state of an item for a stage. An open item that is being cancelled counts as cancelled: no stage waits for it. */
  wantedStateOf(id: ItemId): ItemState | undefined {
    const row = this.ledger.statement<Pick<ItemRow, 'state' | 'cancel_requested'>>('SELECT state, cancel_requested FROM items WHERE id = ?').get(id);
    return row !== undefined && row.cancel_requested === 1 && !isClosedState(row.state) ? 'cancelled' : row?.state;
  }

  count(state: ItemState): number {
    return this.#counts.of(state);
  }

  /** Returns the items that jobs hold, oldest first. Only a few columns are read, because every claim and every close reads all these items. */
  openRows(): readonly OpenRow[] {
    return this.ledger.statement<OpenRow>(`SELECT ${openColumns} FROM items WHERE ${isOpenRow} ORDER BY seq`).all();
  }

  /** Returns the pending and open items of an owner. */
  openOf(owner: string): readonly ItemRow[] {
    return this.#unclosed('owner = ?', owner);
  }

  /** Returns the items that stages of this turn of a pipeline, and of the turns before it, left pending or open. */
  leftovers(pipeline: string, turn: number): readonly ItemRow[] {
    return this.#unclosed('pipeline = ? AND turn <= ? AND owner IS NOT NULL', pipeline, turn);
  }

  /** Returns the pending and the open items. Each has an index. One condition for both would read the whole table, with all closed items. */
  #unclosed(where: string, ...values: readonly (string | number)[]): readonly ItemRow[] {
    const rows = (state: string) => this.ledger.statement<ItemRow>(`SELECT ${itemColumns} FROM items WHERE ${state} AND ${where}`).all(...values);
    return [...rows(`state = 'pending'`), ...rows(isOpenRow)].toSorted((a, b) => a.seq - b.seq);
  }

  /** Claims pending items. Only this function raises an epoch. */
  markClaimed(claims: readonly { readonly seq: number; readonly node: NodeId }[], nowMs: number): void {
    const claim = this.ledger.statement(
      `UPDATE items SET state = 'claimed', epoch = epoch + 1, node = ?, workflow_id = NULL, run_id = NULL, progress_done = NULL, progress_of = NULL,
         claimed_at_ms = ?, started_at_ms = NULL, changed_at_ms = ? WHERE seq = ? AND state = 'pending'`,
    );
    let changed = 0;
    for (const { seq, node } of claims) changed += claim.run(node, nowMs, nowMs, seq).changes;
    this.#counts.move('pending', 'claimed', changed);
  }

  markRunning({ seq, state }: ItemRow, workflowId: string, runId: string, nowMs: number): void {
    this.ledger
      .statement(
        `UPDATE items SET state = 'running', workflow_id = ?, run_id = ?, started_at_ms = coalesce(started_at_ms, ?), changed_at_ms = ? WHERE seq = ?`,
      )
      .run(workflowId, runId, nowMs, nowMs, seq);
    this.#counts.move(state, 'running', 1);
  }

  /** Records progress. Ignores progress of an old epoch or of a closed item. */
  markProgress(jobs: readonly { readonly job: JobRef; readonly done: number; readonly of: number }[], nowMs: number): void {
    this.ledger.write(`record progress of ${jobs.length} jobs`, () => {
      const mark = this.ledger.statement(
        `UPDATE items SET progress_done = ?, progress_of = ?, changed_at_ms = ? WHERE id = ? AND epoch = ? AND ${isOpenRow}`,
      );
      for (const { job, done, of } of jobs) mark.run(done, of, nowMs, job.item, job.epoch);
    });
  }

  markClosed({ seq, state }: ItemRow, change: ClosingChange, nowMs: number): void {
    const closed = isClosedState(change.state);
    this.ledger
      .statement(
        `UPDATE items SET state = ?, attempts = ?, free_tries = ?, failed_on = ?, history = ?, outcome = ?, closed_at_ms = ?, changed_at_ms = ? WHERE seq = ?`,
      )
      .run(
        change.state,
        change.attempts,
        change.freeTries,
        change.failedOn,
        JSON.stringify(change.history),
        JSON.stringify(change.outcome),
        closed ? nowMs : null,
        nowMs,
        seq,
      );
    this.#counts.move(state, change.state, 1);
  }

  /** Takes back one counted try of each item that is still pending. The tries failed on a node that turned out to be broken. */
  giveBackTries(items: readonly ItemId[]): void {
    const give = this.ledger.statement(
      `UPDATE items SET attempts = attempts - 1, free_tries = free_tries + 1
         WHERE id = ? AND state = 'pending' AND attempts > 0 AND free_tries < ${freeTriesMax}`,
    );
    for (const item of items) give.run(item);
  }

  markCancelled(seq: number, outcome: JobOutcome, nowMs: number): void {
    this.ledger
      .statement(
        `UPDATE items SET state = 'cancelled', outcome = ?, closed_at_ms = ?, changed_at_ms = ?, cancel_requested = 1 WHERE seq = ? AND state = 'pending'`,
      )
      .run(JSON.stringify(outcome), nowMs, nowMs, seq);
    this.#counts.move('pending', 'cancelled', 1);
  }

  /** Closes an item as cancelled that is pending or has used up its tries. */
  markStopped({ seq, state }: ItemRow, outcome: JobOutcome, nowMs: number): void {
    this.ledger
      .statement(`UPDATE items SET state = 'cancelled', outcome = ?, closed_at_ms = ?, changed_at_ms = ?, cancel_requested = 1 WHERE seq = ?`)
      .run(JSON.stringify(outcome), nowMs, nowMs, seq);
    this.#counts.move(state, 'cancelled', 1);
  }

  requestCancel(seq: number): void {
    this.ledger.statement('UPDATE items SET cancel_requested = 1 WHERE seq = ?').run(seq);
  }

  close(): void {
    this.ledger.close();
  }
}

/** Returns why an item is refused, or undefined for a valid item. */
function faultOf(spec: WorkItemSpec): string | undefined {
  const [fault] = queueFaults({ ...spec });
  return fault === undefined ? undefined : `${JSON.stringify(spec.id)}: ${fault}`;
}
