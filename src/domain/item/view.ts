import type { SetAsideFile } from '../game/set-aside.ts';
import type { JobView } from '../job/view.ts';
import type { ItemState, WorkItem } from './work-item.ts';

/** What the ledgers know of one item: the ledger's side of `explain`. */
export interface ItemFacts {
  readonly item: WorkItem;
  readonly jobs: readonly JobView[];
  /** The item's file of games, if that file was set aside. */
  readonly setAside?: SetAsideFile;
}

/** Which items a list shows. An absent field restricts nothing. */
export interface QueueFilter {
  readonly state?: ItemState | undefined;
  readonly limit?: number | undefined;
}
