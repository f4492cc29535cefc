import type { ItemId, NodeId } from '../ids.ts';
import type { ItemState, JobKind } from './work-item.ts';
import type { JobOutcome } from '../job/try-end.ts';

/** The state of an item after its last try. The item's owner receives this record when the item has closed. */
export interface ClosedItem {
  readonly item: ItemId;
  readonly state: ItemState;
  readonly kind: JobKind;
  readonly outcome?: JobOutcome;
  readonly node?: NodeId;
  readonly owner?: string;
}
