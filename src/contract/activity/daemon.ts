import type { MissingDaemon } from '../../domain/daemon/await-daemons.ts';
import type { Daemon, DaemonRow, ReportedDaemon } from '../../domain/daemon/daemon.ts';
import type { DaemonProcess } from '../../domain/daemon/command.ts';
import type { HealthMemory } from '../../domain/daemon/health.ts';
import type { ProcessExit } from '../../domain/daemon/lifecycle.ts';
import type { StartedJob } from '../../domain/job/job.ts';
import type { DaemonWishReply, DaemonWishRequest } from '../../domain/daemon/wish-request.ts';
import type { JobRef, NodeId } from '../../domain/ids.ts';
import type { Adjustments } from '../../domain/pipeline/feedback.ts';
import type { PartEnd } from '../../domain/cluster/maintenance.ts';
import type { BadGames, Shutdown, Worked } from '../../domain/daemon/work.ts';

export interface DaemonLedgerActivities {
  /** Records the state of a daemon and the changes that led to it. A repeat changes nothing. */
  recordDaemon: (p: ReportedDaemon) => Promise<void>;
  /** Records the states of several daemons, in one transaction. A repeat changes nothing. */
  recordDaemons: (p: { readonly daemons: readonly ReportedDaemon[] }) => Promise<void>;
  /**
   * Records that these daemons start, and does the first round of each, without its steps. Returns the ends of the rounds that wanted no step. The workflow of
   * any other daemon does its first round itself: the round wanted a step, failed, or took too long.
   */
  beginRounds: (p: { readonly daemons: readonly ReportedDaemon[] }) => Promise<{ readonly worked: Readonly<Record<string, Worked>> }>;
  /**
   * Records that these command daemons start, and opens a process for each that the manager may have started (`startsTogether`). Returns these processes. A
   * daemon is left out when a process of it is open, or when the ledger worker has another entry of it. Its workflow then does the start itself. `withWorker` has
   * the nodes of these processes whose own worker was seen.
   */
  beginProcesses: (p: { readonly daemons: readonly (ReportedDaemon & { readonly declaration: string })[] }) => Promise<{
    readonly processes: readonly DaemonProcess[];
    readonly withWorker?: readonly NodeId[];
  }>;
  /** Returns the last recorded state of these daemons. A daemon that has never run is left out. */
  readDaemons: (p: { readonly daemons: readonly string[] }) => Promise<{ readonly records: Readonly<Record<string, Daemon>> }>;
  /** Returns which of these daemons do not run, and why not. */
  daemonsNotRunning: (p: { readonly daemons: readonly string[] }) => Promise<{ readonly missing: readonly MissingDaemon[] }>;
  /** Records an operator's request about daemons. Refuses a daemon that the catalogue does not have. */
  wishDaemons: (p: DaemonWishRequest) => Promise<DaemonWishAccepted>;
  /** Records that the brake on restarts holds these daemons back, or that it is off. */
  noteBrake: (p: { readonly held: readonly string[] }) => Promise<void>;
  /** Records what the duty of a stream said of itself in its last round. */
  noteRound: (p: { readonly daemon: string; readonly health: Worked['health'] }) => Promise<void>;
  /** Removes what nothing needs any more. Returns how each part ended: a part that fails keeps no other part from its work. */
  maintain: () => Promise<{ readonly ends: readonly PartEnd[] }>;
  /** Asks the workflow of an overdue job to end the job, and records that once. */
  reapJob: (p: JobEnding) => Promise<void>;
  /** Returns those of the jobs of which a process lives on the node that no open item and no workflow owns, with the reason. */
  ownerlessJobs: (p: { readonly node: NodeId; readonly jobs: readonly JobRef[] }) => Promise<{ readonly jobs: readonly Omit<JobEnding, 'node'>[] }>;
  /** Records that the processes of a job without an owner were ended. A repeat changes nothing. */
  noteReaped: (p: JobEnding) => Promise<void>;
  /** Records that a drained node is shut down. `isNew` is false when this drain was recorded before. */
  noteShutdown: (p: Shutdown) => Promise<{ readonly isNew: boolean }>;
  /** Records that the command which shuts a node down failed. */
  noteShutdownFailure: (p: Shutdown) => Promise<void>;
  /** Returns whether this batch was reported with these faults. */
  gamesReported: (p: { readonly key: string }) => Promise<{ readonly isKnown: boolean }>;
  /** Reports a bad batch of games. A repeat changes nothing. */
  reportGames: (p: BadGames) => Promise<void>;
  /**
   * Returns the open process of a command daemon, or opens one as it is declared. A process is open before it starts. `reported` is recorded before that, like a
   * call of `recordDaemon`.
   */
  openProcess: (p: { readonly daemon: string; readonly declaration: string; readonly reported?: ReportedDaemon }) => Promise<DaemonProcess>;
  /** Returns the open process of a command daemon. `process` is absent when there is none. */
  heldProcess: (p: { readonly daemon: string }) => Promise<{ readonly process?: DaemonProcess }>;
  /** Records that no process of the daemon with this epoch or a lower one is left on its node. */
  closeProcess: (p: { readonly daemon: string; readonly epoch: number }) => Promise<void>;
  /** Records new values of a pipeline, with the reasons. A repeat changes nothing. */
  adjustValues: (p: Adjustments) => Promise<void>;
  /** Does a round of the duty of a daemon that works in rounds: observes and decides. The workflow carries the steps out. */
  workDaemon: (p: { readonly daemon: DaemonRow['id']; readonly memory?: unknown }) => Promise<Worked>;
  /**
   * Looks at the daemons that run and rest, for `maxMs`. The activity is long and sends heartbeats. It returns how many looks found nothing new, and how many
   * workflows of daemons it woke.
   */
  lookAtDaemons: (p: { readonly maxMs: number }) => Promise<{ readonly looks: number; readonly wakes: number }>;
}

export interface WatchProcessInput {
  readonly process: DaemonProcess;
  readonly started: StartedJob;
  readonly health: HealthMemory;
  /** The health that the workflow knows. Absent until there is one. */
  readonly known?: ProcessHealth;
  /** The activity returns after this time at the latest. */
  readonly maxMs: number;
}

export interface ProcessHealth {
  readonly healthy: boolean;
  readonly message: string;
}

/** News about a process. `news`: its health is new, or the time is over. */
export type WatchedProcess =
  | { readonly type: 'news'; readonly health: HealthMemory; readonly known: ProcessHealth }
  | { readonly type: 'hangs'; readonly because: string }
  | { readonly type: 'exited'; readonly exit: ProcessExit };

export interface DaemonNodeActivities {
  /**
   * Starts these processes of one node, or adopts them. Leaves out each that did not start within a few seconds: its workflow starts it again, and learns why it
   * did not start.
   */
  startProcesses: (p: { readonly node: NodeId; readonly processes: readonly DaemonProcess[] }) => Promise<{
    readonly started: Readonly<Record<string, StartedJob>>;
  }>;
  /** Watches the process of a command daemon until there is news, and sends heartbeats. If the activity is cancelled, the process goes on. */
  watchProcess: (p: WatchProcessInput) => Promise<WatchedProcess>;
}

/** A job that JOB_REAPER ends, and the reason as a clause. */
export interface JobEnding {
  readonly job: JobRef;
  readonly node: NodeId;
  readonly because: string;
}

/** The reply of the ledger, without what only the workflow knows. `inOrder` is true for a stop of all daemons. */
export type DaemonWishAccepted = Omit<DaemonWishReply, 'received'> & { readonly inOrder: boolean };
