import type { ConfigChange } from '../../domain/cluster/config-changes.ts';
import type { NodeId } from '../../domain/ids.ts';

/** The changes of a cluster file, and the processes that must be restarted for them. */
export interface ConfigNews {
  readonly changes: readonly ConfigChange[];
  readonly restarts: readonly string[];
  /** The nodes whose own workers are replaced. The gateway does it after its restart. */
  readonly workers: readonly NodeId[];
}
