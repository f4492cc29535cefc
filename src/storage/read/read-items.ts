import type { ItemFacts, QueueFilter } from '../../domain/item/view.ts';
import { isOpenState, type ItemState, itemStates, type WorkItem } from '../../domain/item/work-item.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import { itemColumns, type ItemRow } from '../queue/item-columns.ts';
import { isOpenRow, toWorkItem } from '../queue/work-queue-rows.ts';
import { bounded, type LedgerFiles } from './ledger-files.ts';
import { shapesOfPending } from './shapes-of-pending.ts';
import { placementsOfItem } from './read-placements.ts';
import { closedJobsOf, toOpenJob } from './read-jobs.ts';
import { setAsideOfItem } from './read-set-aside.ts';
import { maskedSpec } from '../../domain/item/secret.ts';
import { given } from '../../base/given.ts';

export const itemReads = (files: LedgerFiles, now: () => number) => ({
  /** Returns the number of items in each state. */
  queueCounts: (): Readonly<Record<ItemState, number>> => countsOf(files),
  item: (id: string): ItemFacts | undefined => itemOf(files, id, now()),
  /**
   * Returns the items in a state. Pending items are in the order in which they will be claimed. Items in any other state are ordered newest first. If
   * no state is given, returns all items, newest first.
   */
  items: (filter: QueueFilter): readonly WorkItem[] => itemsOf(files, filter),
});

const emptyQueue = Object.fromEntries(itemStates.map((state) => [state, 0])) as Readonly<Record<ItemState, number>>;

export const countsOf = ({ queue }: LedgerFiles): Readonly<Record<ItemState, number>> => ({
  ...emptyQueue,
  ...Object.fromEntries(queue.all<{ state: ItemState; items: number }>('SELECT state, items FROM counts').map(({ state, items }) => [state, items])),
});

function itemOf(files: LedgerFiles, id: string, nowMs: number): ItemFacts | undefined {
  const row = files.queue.get<FullRow>(`${selectFull} WHERE id = ?`, id);
  if (row === undefined) return undefined;
  const closed = closedJobsOf(files, id);
  // Closing a try writes the summary first and the item's row second. Between the two writes the row is still open, but the summary is newer and
  // decides.
  const isOpen = isOpenState(row.state) && !closed.some(({ epoch }) => epoch === row.epoch);
  const setAside = setAsideOfItem(files.games, id);
  return given({
    item: toWorkItem(row, maskedSpec(row.json)),
    jobs: isOpen ? [...closed, toOpenJob(row)] : closed,
    setAside,
    placements: row.state === 'pending' ? placementsOfItem(files, row.id, nowMs) : undefined,
  });
}

type FullRow = ItemRow & { readonly json: string };
const selectFull = `SELECT ${itemColumns}, json FROM items JOIN specs USING (seq)`;

function itemsOf({ queue }: LedgerFiles, { state, limit }: QueueFilter): readonly WorkItem[] {
  const max = bounded(limit);
  const rows = (sql: string, ...values: readonly string[]) => queue.all<FullRow>(`${selectFull} ${sql} LIMIT ?`, ...values, max);
  const found =
    state === undefined
      ? rows('ORDER BY seq DESC')
      : state === 'pending'
        ? pendingRows(queue, max)
        : isOpenState(state)
          ? rows(`WHERE ${isOpenRow} AND state = ? ORDER BY seq DESC`, state)
          : rows('WHERE state = ? AND closed_at_ms IS NOT NULL ORDER BY closed_at_ms DESC', state);
  return found.map((row) => toWorkItem(row, maskedSpec(row.json)));
}

/**
 * Returns the first pending items. The index gives the first items of each shape, and this function merges them. Sorting all pending items would be
 * slow in a long queue.
 */
function pendingRows(queue: LedgerReader, max: number): readonly FullRow[] {
  return shapesOfPending(queue)
    .flatMap((shape) =>
      queue.all<FullRow>(`${selectFull} WHERE state = 'pending' AND shape = ? ORDER BY priority DESC, items.seq LIMIT ?`, shape, max),
    )
    .toSorted((a, b) => b.priority - a.priority || a.seq - b.seq)
    .slice(0, max);
}
