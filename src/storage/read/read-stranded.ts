import { fits } from '../../domain/node/merge.ts';
import type { NodeConfig } from '../../domain/cluster/cluster.ts';
import type { ItemId } from '../../domain/ids.ts';
import { type UnplacedShape, unplacedShapes, powerOf } from '../../domain/item/unplaced.ts';
import { ledgerPaths } from '../ledger/ledger-paths.ts';
import { openLedgerReader } from '../ledger/ledger-reader.ts';
import { ledgerLimits } from '../limits.ts';
import { labelsOfShape, slotsOfShape } from '../queue/item-shape.ts';
import { isOpenRow } from '../queue/work-queue-rows.ts';

type NodePower = Pick<NodeConfig, 'id' | 'slots' | 'labels'>;

/**
 * Returns the items that a node of the old cluster file has the slots and labels for, and no node of the new one: those that wait, and those that run on a node
 * that leaves. The ledger is opened read-only and closed again.
 */
export function readStranded(stateFolder: string, before: readonly NodePower[], after: readonly NodePower[]): readonly UnplacedShape[] {
  const queue = openLedgerReader(ledgerPaths(stateFolder).queue);
  const isLeft = `(state = 'pending' OR (${isOpenRow} AND node NOT IN (SELECT value FROM json_each(?))))`;
  const kept = JSON.stringify(after.map(({ id }) => id));
  try {
    const lost = queue
      .all<{ shape: string; items: number }>(`SELECT shape, count(*) AS items FROM items WHERE ${isLeft} GROUP BY shape ORDER BY shape`, kept)
      .map(({ shape, items }) => ({ shape, items, slots: slotsOfShape(shape), labels: labelsOfShape(shape) }))
      .filter((need) => before.some((node) => fits(node, need)) && !after.some((node) => fits(node, need)));
    const first = `SELECT id FROM items WHERE ${isLeft} AND shape = ? ORDER BY priority DESC, seq LIMIT ${ledgerLimits.shapeItemsShownMax}`;
    const shapes = lost.map(({ shape, ...need }) => ({ ...need, first: queue.all<{ id: ItemId }>(first, kept, shape).map(({ id }) => id) }));
    return unplacedShapes(shapes, after.map(powerOf));
  } finally {
    queue.close();
  }
}
