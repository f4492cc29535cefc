import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import type { ClosedItem } from '../../../src/domain/item/closed-item.ts';
import { toClosedItem } from '../../../src/storage/queue/close-job.ts';
import { itemsReplyBytesMax } from '../../limits.ts';
import type { LedgerDependencies } from '../dependencies.ts';

/** Returns the items in the order of the ids, and leaves out the last ones when the reply would become too large. */
export const readItems =
  ({ ledgers: { queue } }: LedgerDependencies): LedgerActivities['items'] =>
  async ({ items }) =>
    queue.ledger.read('read items', () => {
      const found: ClosedItem[] = [];
      let bytes = 0;
      for (const id of items) {
        const row = queue.row(id);
        if (row === undefined) continue;
        const item = toClosedItem(row);
        bytes += Buffer.byteLength(JSON.stringify(item));
        if (found.length > 0 && bytes > itemsReplyBytesMax) break;
        found.push(item);
      }
      return found;
    });
