import type { Ledgers } from '../../src/storage/ledgers.ts';

export interface LedgerDependencies {
  readonly stateFolder: string;
  readonly ledgers: Ledgers;
  readonly now: () => number;
  /**
   * Whether Temporal says that this workflow is closed. A workflow that is not known is *not* closed: it may be about to be started.
   */
  readonly isClosed: (workflowId: string) => Promise<boolean>;
}
