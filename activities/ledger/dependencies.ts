import type { Ledgers } from '../../src/storage/ledger/ledgers.ts';
import type { SyncRequest } from '../../src/domain/dataset/sync.ts';
import type { EventLogDoor } from '../../src/storage/event/event-log-door.ts';
import type { PowerOfNode } from '../../src/domain/item/no-node.ts';
import type { Assignment } from '../../src/domain/job/assignment.ts';
import type { SweptNodes } from '../../src/domain/node/swept-nodes.ts';
import type { Tidied, TidyPart } from '../../src/domain/cluster/retention.ts';
import type { DeclaredDaemon } from '../../src/domain/daemon/command.ts';
import type { DaemonRow } from '../../src/domain/daemon/daemon.ts';
import type { Worked } from '../../src/domain/daemon/work.ts';
import type { GameWork } from './game/game-work.ts';

export interface LedgerDependencies {
  readonly ledgers: Ledgers;
  /** The work on games. It takes longer than a claim may wait, so it runs in a thread of its own. */
  readonly gameWork: GameWork;
  readonly now: () => number;
  /** Returns how long games are kept, and the key `windowTurns` of each pipeline, as the cluster file has them. */
  readonly retention: () => GamesRetention;
  /** Returns the nodes of the cluster file, also those that the sweep has not looked at yet. */
  readonly nodesOfFile: () => readonly PowerOfNode[];
  /** Returns the observations in the sweep's file. */
  readonly swept?: () => SweptNodes | undefined;
  readonly workflows: Workflows;
  readonly events: EventLogDoor;
  /** Aborts when the worker is to end. */
  readonly stopping: AbortSignal;
  readonly duties: Duties;
  /** Removes what nothing needs any more, one part of it, in a thread of its own. The signal ends the thread. */
  readonly tidy: (part: TidyPart, signal?: AbortSignal) => Promise<Tidied>;
}

export interface GamesRetention {
  /** Absent when games are kept for ever. */
  readonly gamesMs?: number;
  readonly windowTurns: Readonly<Record<string, number>>;
}

/** The duties of the daemons. */
export interface Duties {
  readonly rows: readonly DaemonRow[];
  /** For each daemon that works in rounds: does a round. */
  readonly rounds: ReadonlyMap<string, (memory: unknown) => Promise<Worked>>;
  /** For each command daemon of the cluster file: the process that it is to have. */
  readonly processes: ReadonlyMap<string, DeclaredDaemon['process']>;
}

/** The calls that the ledger makes to Temporal. Each call may be repeated. */
export interface Workflows {
  /** True when Temporal says that this workflow is closed. An unknown workflow is *not* closed: it may be about to be started. */
  readonly isClosed: (workflowId: string) => Promise<boolean>;
  /** True when Temporal says that this workflow runs. */
  readonly isRunning: (workflowId: string) => Promise<boolean>;
  /** Starts the job's workflow. A workflow that runs already counts as started. */
  readonly startJob: (assignment: Assignment) => Promise<void>;
  /** Starts a sync. A sync with the same source and target that runs already counts as started. */
  readonly startSync: (request: SyncRequest) => Promise<void>;
  /**
   * Sends a signal. A closed or unknown workflow gets no signal. This is not an error, because the receiver also reads the ledger from time to time.
   */
  readonly signal: (workflowId: string, name: string, payload: unknown) => Promise<void>;
}
