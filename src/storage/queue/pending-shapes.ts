import type { ItemId } from '../../domain/ids.ts';
import type { PendingShape } from '../../domain/node/stranded.ts';
import type { WorkQueue } from './work-queue.ts';
import { labelsOfShape, slotsOfShape } from './item-shape.ts';

/** How many items of each shape a refusal names. */
const firstMax = 3;

/** Returns the pending items by shape: how many there are, and the first ones. The index alone answers the count. */
export function pendingShapes(queue: WorkQueue): readonly PendingShape[] {
  const count = queue.ledger.statement<{ items: number }>(`SELECT count(*) AS items FROM items WHERE state = 'pending' AND shape = ?`);
  const first = queue.ledger.statement<{ id: ItemId }>(
    `SELECT id FROM items WHERE state = 'pending' AND shape = ? ORDER BY priority DESC, seq LIMIT ${firstMax}`,
  );
  return queue.ledger.read('read the pending shapes', () =>
    queue.shapes().map((shape) => ({
      slots: slotsOfShape(shape),
      labels: labelsOfShape(shape),
      items: count.get(shape)?.items ?? 0,
      first: first.all(shape).map(({ id }) => id),
    })),
  );
}
