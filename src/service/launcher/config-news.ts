import type { ConfigChange } from '../../domain/cluster/config-changes.ts';
import type { UnplacedShape } from '../../domain/item/unplaced.ts';
import type { NodeId } from '../../domain/ids.ts';

/** The changes of a cluster file, and the processes that must be restarted for them. */
export interface ConfigNews {
  readonly changes: readonly ConfigChange[];
  readonly restarts: readonly string[];
  /** The nodes whose own workers are replaced. The gateway does it after its restart. */
  readonly workers: readonly NodeId[];
  /** The items that lose their last node: no node of the new file has the slots and labels for them. */
  readonly unplaced: readonly UnplacedShape[];
}
