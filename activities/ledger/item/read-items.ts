import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import type { ClosedItem } from '../../../src/domain/item/closed-item.ts';
import { jobAway, type NoNode, noNodeFor } from '../../../src/domain/item/no-node.ts';
import { isOpenState } from '../../../src/domain/item/work-item.ts';
import { toClosedItem } from '../../../src/storage/queue/close-job.ts';
import type { ItemRow } from '../../../src/storage/queue/item-columns.ts';
import { labelsOfShape, slotsOfShape } from '../../../src/storage/queue/item-shape.ts';
import { itemsReplyBytesMax } from '../../limits.ts';
import type { LedgerDependencies } from '../dependencies.ts';

/** Returns the items in the order of the ids, and leaves out the last ones when the reply would become too large. */
export const readItems =
  ({ ledgers: { queue, resources }, nodesOfFile }: LedgerDependencies): LedgerActivities['items'] =>
  async ({ items, withNodes = false }) => {
    const nodes = withNodes ? resources.nodes() : [];
    const file = withNodes ? nodesOfFile() : [];
    const byShape = remembering((shape) => noNodeFor({ slots: slotsOfShape(shape), labels: labelsOfShape(shape) }, nodes, file));
    const noNodeOf = ({ state, seq, node }: ItemRow): NoNode | undefined => {
      if (state === 'pending') return byShape(queue.shapeOf(seq));
      return isOpenState(state) && node !== null ? jobAway(node, nodes) : undefined;
    };
    return queue.ledger.read('read items', () => {
      const found: ClosedItem[] = [];
      let bytes = 0;
      for (const id of items) {
        const row = queue.row(id);
        if (row === undefined) continue;
        const noNode = withNodes ? noNodeOf(row) : undefined;
        const item = { ...toClosedItem(row), ...(noNode === undefined ? {} : { noNode }) };
        bytes += Buffer.byteLength(JSON.stringify(item));
        if (found.length > 0 && bytes > itemsReplyBytesMax) break;
        found.push(item);
      }
      return found;
    });
  };

/** Returns `find`, which is called once for each key. */
function remembering(find: (key: string) => NoNode | undefined): typeof find {
  const found = new Map<string, NoNode | undefined>();
  return (key) => {
    if (!found.has(key)) found.set(key, find(key));
    return found.get(key);
  };
}
