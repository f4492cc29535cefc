import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { shapesOf, unplacedShapes } from '../../../src/domain/item/unplaced.ts';
import { publish } from '../../../src/storage/event/publish.ts';
import { pendingShapes } from '../../../src/storage/queue/pending-shapes.ts';
import type { LedgerDependencies } from '../dependencies.ts';

/**
 * Adds items, and publishes an event about new items that no known node has the slots and labels for. Further items with a need that waits already make no
 * event, so many single items make one.
 */
export const enqueue =
  ({ ledgers: { queue, resources }, now }: LedgerDependencies): LedgerActivities['enqueue'] =>
  async ({ items }) => {
    const nodes = resources.nodes();
    return queue.ledger.write('enqueue items', () => {
      const nowMs = now();
      const fresh = items.filter(({ id }) => queue.stateOf(id) === undefined);
      const before = new Set(pendingShapes(queue).map(keyOf));
      const added = queue.enqueue(items, nowMs);
      const unplaced = nodes.length === 0 ? [] : unplacedShapes(shapesOf(fresh), nodes).filter((shape) => !before.has(keyOf(shape)));
      for (const { items: count, first, because } of unplaced)
        publish(queue.ledger, 'WORK_UNPLACED', { count, items: first, because }, { atMs: nowMs, actor: 'ledger' });
      return { added };
    });
  };

const keyOf = ({ slots, labels }: { readonly slots: number; readonly labels: readonly string[] }): string =>
  JSON.stringify([slots, labels.toSorted()]);
