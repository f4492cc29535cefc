import type { Ledgers } from '../../src/storage/ledger/ledgers.ts';
import type { Assignment } from '../../src/domain/job/assignment.ts';
import type { GameWork } from './game/game-work.ts';

export interface LedgerDependencies {
  readonly ledgers: Ledgers;
  /** What takes longer than a claim may wait: done in a thread. */
  readonly gameWork: GameWork;
  readonly now: () => number;
  readonly workflows: Workflows;
}

/** What the ledger asks of Temporal. Each may be asked twice. */
export interface Workflows {
  /** Whether Temporal says that this workflow is closed. One that is not known is *not* closed: it may be about to be started. */
  readonly isClosed: (workflowId: string) => Promise<boolean>;
  /** Starts the job's workflow; one that runs already is what was wanted. */
  readonly startJob: (step: Assignment) => Promise<void>;
  /** A workflow that has closed, or was never there, is not told, and that is no error: a signal is only the faster of two ways. */
  readonly signal: (workflowId: string, name: string, payload: unknown) => Promise<void>;
}
