import { isTurnNeeded, type NewestTurn } from '../../domain/cluster/retention.ts';
import { isClosedState, type ItemState, itemStates } from '../../domain/item/work-item.ts';
import type { Ledger } from '../ledger/open-ledger.ts';
import { ItemCounts } from '../queue/item-counts.ts';
import { retentionLimits } from '../limits.ts';

export interface Removal {
  /** What ended at this time or later stays. */
  readonly beforeMs: number;
  readonly newest: ReadonlyMap<string, NewestTurn>;
  /** Called between two transactions, so that other writers have their turn. */
  readonly pause: () => Promise<void>;
}

interface ClosedRow {
  readonly seq: number;
  readonly epoch: number;
  readonly pipeline: string | null;
  readonly turn: number | null;
  readonly closed_at_ms: number;
}

/**
 * Removes closed items that ended before the limit and whose turn nothing reads any more. Returns how many. A transaction removes at most
 * `removalRowsMax` items, and a call at most `removedPerRunMax`.
 */
export async function removeItems(queue: Ledger, { beforeMs, newest, pause }: Removal): Promise<number> {
  const page = queue.statement<ClosedRow>(
    `SELECT seq, epoch, pipeline, turn, closed_at_ms FROM items
       WHERE state = ? AND closed_at_ms IS NOT NULL AND closed_at_ms < ? AND (closed_at_ms, seq) > (?, ?) ORDER BY closed_at_ms, seq LIMIT ?`,
  );
  let removed = 0;
  for (const state of itemStates.filter(isClosedState)) {
    let [afterMs, afterSeq] = [-1, -1];
    while (removed < retentionLimits.removedPerRunMax) {
      const rows = page.all(state, beforeMs, afterMs, afterSeq, retentionLimits.removalRowsMax);
      const last = rows.at(-1);
      if (last === undefined) break;
      [afterMs, afterSeq] = [last.closed_at_ms, last.seq];
      const old = rows.filter((row) => !isTurnNeeded(row, newest));
      if (old.length > 0) removed += removeRows(queue, state, old);
      await pause();
    }
  }
  return removed;
}

/**
 * Also raises the floor of epochs. An item that is added again under the id of a removed item then starts above every epoch that the id had, so fences,
 * folders and workflows of the removed item refuse nothing and are adopted by nothing.
 */
function removeRows(queue: Ledger, state: ItemState, rows: readonly ClosedRow[]): number {
  return queue.write('remove closed items', () => {
    const spec = queue.statement('DELETE FROM specs WHERE seq = ?');
    const item = queue.statement('DELETE FROM items WHERE seq = ? AND state = ?');
    let removed = 0;
    for (const { seq } of rows) {
      spec.run(seq);
      removed += item.run(seq, state).changes;
    }
    new ItemCounts(queue).add(state, -removed);
    queue.statement('UPDATE epoch_floor SET epoch = max(epoch, ?)').run(Math.max(...rows.map(({ epoch }) => epoch)));
    return removed;
  });
}
