import type { Ledgers } from '../../src/storage/ledgers.ts';
import type { GameWork } from './games/game-work.ts';

export interface LedgerDependencies {
  readonly ledgers: Ledgers;
  /** What takes longer than a claim may wait: done in a thread. */
  readonly gameWork: GameWork;
  readonly now: () => number;
  /**
   * Whether Temporal says that this workflow is closed. A workflow that is not known is *not* closed: it may be about to be started.
   */
  readonly isClosed: (workflowId: string) => Promise<boolean>;
}
