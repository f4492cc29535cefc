import type { ItemId } from '../../domain/ids.ts';
import type { PendingShape } from '../../domain/node/stranded.ts';
import { ledgerLimits } from '../limits.ts';
import { labelsOfShape, slotsOfShape } from '../queue/item-shape.ts';
import type { LedgerFiles } from './ledger-files.ts';
import { shapesOfPending } from './shapes-of-pending.ts';

export const pendingShapeReads = ({ queue }: LedgerFiles) => ({
  /** Returns, for each of the shapes that `isWanted`, the number of its pending items and the first of them. Only the index is read to count the items. */
  pendingShapes: (isWanted: (need: Pick<PendingShape, 'slots' | 'labels'>) => boolean): readonly PendingShape[] =>
    shapesOfPending(queue)
      .map((shape) => ({ shape, slots: slotsOfShape(shape), labels: labelsOfShape(shape) }))
      .filter(isWanted)
      .map(({ shape, ...need }) => ({
        ...need,
        items: queue.get<{ items: number }>(`SELECT count(*) AS items FROM items WHERE state = 'pending' AND shape = ?`, shape)?.items ?? 0,
        first: queue
          .all<{ id: ItemId }>(
            `SELECT id FROM items WHERE state = 'pending' AND shape = ? ORDER BY priority DESC, seq LIMIT ${ledgerLimits.shapeItemsShownMax}`,
            shape,
          )
          .map(({ id }) => id),
      })),
});
