import type { SetAsideFile } from '../game/set-aside.ts';
import type { NodePlacement } from './placement.ts';
import type { JobView } from '../job/view.ts';
import type { ItemState, WorkItem } from './work-item.ts';

/** The facts about one item that the ledgers have. `explain` uses these facts. */
export interface ItemFacts {
  readonly item: WorkItem;
  readonly jobs: readonly JobView[];
  /** The item's games file. Present only when that file was set aside. */
  readonly setAside?: SetAsideFile;
  /** For a pending item: each node, with the rule that keeps the item from it. */
  readonly placements?: readonly NodePlacement[];
}

/** The items that a list shows. An absent field restricts nothing. */
export interface QueueFilter {
  readonly state?: ItemState | undefined;
  readonly limit?: number | undefined;
}
