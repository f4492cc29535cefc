import type { ClosedItem } from '../../domain/item/closed-item.ts';
import type { WantedSelfPlay } from '../../domain/item/populate.ts';
import type { WorkItemSpec } from '../../domain/item/work-item.ts';
import type { ItemId, JobRef } from '../../domain/ids.ts';

export interface ItemLedgerActivities {
  /** Adds items. Idempotent by item id; the same id with another spec is `queue.conflict`. Returns how many items were new. */
  enqueue: (p: { readonly items: readonly WorkItemSpec[] }) => Promise<{ readonly added: number }>;
  /** Closes pending items as cancelled at once. Returns the open jobs of claimed and running items, for the caller to cancel. */
  cancelItems: (p: { readonly items: readonly ItemId[] }) => Promise<{ readonly cancelled: readonly ClosedItem[]; readonly jobs: readonly JobRef[] }>;
  items: (p: { readonly items: readonly ItemId[] }) => Promise<readonly ClosedItem[]>;
  /** The populator. Enqueues the self-play items that this turn still lacks, as one pure function decides, and returns the ids of all of the turn's items. */
  populate: (p: WantedSelfPlay) => Promise<{ readonly items: readonly ItemId[]; readonly added: number }>;
}
