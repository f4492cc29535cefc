import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import type { ClosedItem } from '../../../src/domain/item/closed-item.ts';
import { type NoNode, noNodeFor } from '../../../src/domain/item/no-node.ts';
import { toClosedItem } from '../../../src/storage/queue/close-job.ts';
import { labelsOfShape, slotsOfShape } from '../../../src/storage/queue/item-shape.ts';
import { itemsReplyBytesMax } from '../../limits.ts';
import type { LedgerDependencies } from '../dependencies.ts';

/** Returns the items in the order of the ids, and leaves out the last ones when the reply would become too large. */
export const readItems =
  ({ ledgers: { queue, resources } }: LedgerDependencies): LedgerActivities['items'] =>
  async ({ items, withNodes = false }) => {
    const noNodes = new Map<string, NoNode | undefined>();
    const noNodeOf = (shape: string): NoNode | undefined => {
      if (!noNodes.has(shape)) noNodes.set(shape, noNodeFor({ slots: slotsOfShape(shape), labels: labelsOfShape(shape) }, resources.nodes()));
      return noNodes.get(shape);
    };
    return queue.ledger.read('read items', () => {
      const found: ClosedItem[] = [];
      let bytes = 0;
      for (const id of items) {
        const row = queue.row(id);
        if (row === undefined) continue;
        const noNode = withNodes && row.state === 'pending' ? noNodeOf(queue.shapeOf(row.seq)) : undefined;
        const item = { ...toClosedItem(row), ...(noNode === undefined ? {} : { noNode }) };
        bytes += Buffer.byteLength(JSON.stringify(item));
        if (found.length > 0 && bytes > itemsReplyBytesMax) break;
        found.push(item);
      }
      return found;
    });
  };
