import type { ClosedItem } from '../../domain/item/closed-item.ts';
import type { Chosen } from '../../domain/item/replacement.ts';
import type { WantedSelfPlay } from '../../domain/item/populate.ts';
import type { WorkItemSpec } from '../../domain/item/work-item.ts';
import type { ItemId, JobRef } from '../../domain/ids.ts';

export interface ItemLedgerActivities {
  /** Adds items to the queue. Returns how many items were new. Idempotent by item id. The same id with another spec fails with `queue.conflict`. */
  enqueue: (p: { readonly items: readonly WorkItemSpec[] }) => Promise<{ readonly added: number }>;
  /**
   * Closes pending items as cancelled at once. Returns the open jobs of claimed and running items. The caller must cancel these jobs. `cancelled` also
   * has the items that were cancelled earlier, because a repeat must notify their owners. `cancelledBefore` counts those that another
   * run of a workflow than `run` cancelled.
   */
  cancelItems: (p: { readonly items: readonly ItemId[]; readonly run?: string; readonly reason?: string; readonly by?: string }) => Promise<{
    readonly cancelled: readonly ClosedItem[];
    readonly jobs: readonly JobRef[];
    readonly cancelledBefore?: number;
  }>;
  /**
   * Returns the items with these ids, in this order. Unknown ids are left out. When the reply would become too large, the last items are left out too:
   * the caller asks again for the ids behind the last item of the reply, until a reply is empty. With `withNodes`, a pending item that no node can take
   * has the field `noNode`, and so has an item whose job is on a node that is away.
   */
  items: (p: { readonly items: readonly ItemId[]; readonly withNodes?: boolean }) => Promise<readonly ClosedItem[]>;
  /**
   * Chooses for each item the name under which a stage waits for it: the item itself, or one of its first `replacementsMax` replacements. An item that
   * is being cancelled is replaced.
   */
  chooseItems: (p: { readonly items: readonly ItemId[]; readonly replacementsMax: number }) => Promise<readonly Chosen[]>;
  /** Enqueues the self-play items that this turn still lacks (`populateSelfPlay` decides which). Returns the ids of all self-play items of the turn. */
  populate: (p: WantedSelfPlay) => Promise<{ readonly items: readonly ItemId[]; readonly added: number }>;
}
