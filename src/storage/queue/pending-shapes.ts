import type { ItemId } from '../../domain/ids.ts';
import type { PendingShape } from '../../domain/node/stranded.ts';
import { pendingShapesOf } from './pending-items.ts';
import type { WorkQueue } from './work-queue.ts';
import { ledgerLimits } from '../limits.ts';
import { labelsOfShape, slotsOfShape } from './item-shape.ts';

/** For each shape, returns the number of its pending items and the first of them. Only the index is read to count the items. */
export function pendingShapes(queue: WorkQueue): readonly PendingShape[] {
  const count = queue.ledger.statement<{ items: number }>(`SELECT count(*) AS items FROM items WHERE state = 'pending' AND shape = ?`);
  const first = queue.ledger.statement<{ id: ItemId }>(
    `SELECT id FROM items WHERE state = 'pending' AND shape = ? ORDER BY priority DESC, seq LIMIT ${ledgerLimits.shapeItemsShownMax}`,
  );
  return queue.ledger.read('read the pending shapes', () =>
    pendingShapesOf(queue.ledger).map((shape) => ({
      slots: slotsOfShape(shape),
      labels: labelsOfShape(shape),
      items: count.get(shape)?.items ?? 0,
      first: first.all(shape).map(({ id }) => id),
    })),
  );
}
