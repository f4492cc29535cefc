import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { lackOfNodes } from '../../../src/domain/item/no-node.ts';
import { shapesOf, unplacedShapes } from '../../../src/domain/item/unplaced.ts';
import { publish } from '../../../src/storage/event/publish.ts';
import { shapeOf } from '../../../src/storage/queue/item-shape.ts';
import { pendingShapesOf } from '../../../src/storage/queue/pending-items.ts';
import type { LedgerDependencies } from '../dependencies.ts';

/**
 * Adds items, and publishes an event about new items that no node of the cluster file has the slots and labels for. Further items with a need that waits already make no
 * event, so many single items make one.
 */
export const enqueue =
  ({ ledgers: { queue }, now, nodesOfFile }: LedgerDependencies): LedgerActivities['enqueue'] =>
  async ({ items }) => {
    const nodes = nodesOfFile();
    return queue.ledger.write('enqueue items', () => {
      const nowMs = now();
      const lacking = items.filter((item) => lackOfNodes(item, nodes) !== undefined && queue.stateOf(item.id) === undefined);
      const before = new Set(lacking.length === 0 ? [] : pendingShapesOf(queue.ledger));
      const added = queue.enqueue(items, nowMs);
      for (const { items: count, first, because } of unplacedShapes(shapesOf(lacking.filter((item) => !before.has(shapeOf(item)))), nodes))
        publish(queue.ledger, 'WORK_UNPLACED', { count, items: first, because }, { atMs: nowMs, actor: 'ledger' });
      return { added };
    });
  };
