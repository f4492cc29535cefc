import { patched } from '@temporalio/workflow';
import type { ClosedItem } from '../../src/domain/item/closed-item.ts';
import type { ItemId } from '../../src/domain/ids.ts';
import { itemsAtOnceMax } from '../../src/domain/limits.ts';
import { ledger } from './activities.ts';
import { patches } from './patches.ts';

/**
 * Returns the items with these ids from the ledger, in several calls when one call or its reply would be too large for Temporal. With
 * `withNodes`, an item says when no node can run it.
 */
export async function readItems(ids: readonly ItemId[], withNodes = false): Promise<readonly ClosedItem[]> {
  if (!patched(patches.boundedReads)) return ledger.items({ items: ids });
  const found: ClosedItem[] = [];
  for (let from = 0; from < ids.length;) {
    const part = ids.slice(from, from + itemsAtOnceMax);
    const reply = await ledger.items({ items: part, ...(withNodes ? { withNodes } : {}) });
    found.push(...reply);
    // The ids behind the last item of the reply are asked for again: they are unknown, or the reply had no room for them.
    const last = reply.at(-1);
    from += last === undefined ? part.length : part.lastIndexOf(last.item) + 1 || part.length;
  }
  return found;
}
