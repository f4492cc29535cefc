/** The records of a daemon: an always-on duty of the cluster, which the workflow `daemon/<ID>` carries out. `lifecycle.ts` decides its state. */
import { given } from '../../base/given.ts';
import type { FailureRecord } from '../failure/record.ts';
import type { FailureCode } from '../failure/table.ts';
import type { HealthStatus } from './health-status.ts';

export const daemonStates = ['stopped', 'waiting', 'starting', 'running', 'degraded', 'backing-off', 'failed', 'stopping'] as const;
export type DaemonState = (typeof daemonStates)[number];

/**
 * The form of a daemon's work. `round`: a short round in the ledger's process, repeated. `stream`: a long activity that waits for news by itself.
 * `process`: a program of the user on a node, which outlives every process of ours.
 */
export const workForms = ['round', 'stream', 'process'] as const;
export type WorkForm = (typeof workForms)[number];

/** When the program of a daemon starts again after it has ended by itself. */
export const restartPolicies = ['always', 'on-failure', 'never'] as const;
export type RestartPolicy = (typeof restartPolicies)[number];

/** The rules for a daemon that is a program on a node. */
export interface ProcessRule {
  readonly node: string;
  /** The digest of the daemon's entry in the cluster file. A process with another digest is replaced. */
  readonly declaration: string;
  readonly restart: RestartPolicy;
  /** True when the cluster file does not have the daemon. Its process is ended, and then its workflow. */
  readonly isRetired?: boolean;
}

/**
 * A daemon as its manager needs it. The catalogue (`src/duty/catalogue.ts`) has a row for each built-in daemon, and the cluster file has an entry for each
 * command daemon.
 */
export interface DaemonRow {
  readonly id: string;
  /** The duty, as a verb phrase: "looks at all nodes". */
  readonly summary: string;
  /** The brake never holds a critical daemon back. */
  readonly critical: boolean;
  /** The daemons that must run while this one runs. */
  readonly dependencies: readonly string[];
  /**
   * The daemons that start before this one and stop after it, when they start or stop at the same time. This one also runs without them. Absent when there
   * are none.
   */
  readonly after?: readonly string[];
  /** The daemon works at least this often, also when nothing wakes it. */
  readonly intervalMs: number;
  /** Absent in a row of a release that had no command daemons. */
  readonly executor?: WorkForm;
  /** Present exactly for the executor `process`. */
  readonly process?: ProcessRule;
}

/** An operator's wish. It stands until an operator changes it. */
export interface DaemonWish {
  readonly wish: 'running' | 'stopped';
  /** The operator as `user@host`, or `ringmaster` for the wish that a daemon begins with. */
  readonly by: string;
  readonly reason: string;
  readonly sinceMs: number;
}

/** The report of the duty about itself, from its last round. */
export interface DaemonHealth {
  readonly healthy: boolean;
  readonly message: string;
  readonly details: Readonly<Record<string, string | number>>;
  readonly atMs: number;
}

/**
 * How work failed. `threw`: the duty ended with a failure. `hung`: its process lives, and the work made no progress in time. `gone`: the process or
 * the workflow that carried the work has ended. `exited`: the program of a command daemon has ended.
 */
export const daemonFailureKinds = ['threw', 'hung', 'gone', 'exited'] as const;
export type DaemonFailureKind = (typeof daemonFailureKinds)[number];

export interface DaemonFailure {
  readonly kind: DaemonFailureKind;
  readonly record: FailureRecord;
  readonly atMs: number;
}

/** A daemon as its workflow carries it. */
export interface Daemon {
  readonly state: DaemonState;
  /** The number of the state: it grows by one with each change of the state. */
  readonly seq: number;
  /** The time of the last change of the state. */
  readonly sinceMs: number;
  /** The reason for the state, as a clause. */
  readonly because: string;
  readonly wish: DaemonWish;
  /** The dependencies that do not run, and the daemons of `after` whose start comes first. */
  readonly missing: readonly string[];
  /** The failures in a row, which a stable time forgives. */
  readonly restarts: number;
  /** How often work was lost in a row. A loss makes the next delay longer and is no failure. A stable time forgives the losses. Absent: never. */
  readonly losses?: number;
  /** The ends of the last work, oldest first, within the window of the error rate. */
  readonly outcomes: readonly { readonly atMs: number; readonly failed: boolean }[];
  readonly health?: DaemonHealth;
  readonly failure?: DaemonFailure;
  /** The end of the delay before the restart, while the daemon backs off. */
  readonly untilMs?: number;
  /** True when the manager lets the restart happen. */
  readonly granted?: boolean;
  /** The times at which restarts were granted to the daemon, within the window of the brake, oldest first. */
  readonly grantedAtMs?: readonly number[];
  /** The time since which the daemon runs without a failure. */
  readonly stableSinceMs?: number;
  /** The dependency that was last missing, and when. A failure at about that time is its fault. */
  readonly lastMissing?: { readonly daemon: string; readonly atMs: number };
  /** The declaration of the process that may live on the node. Absent when no process of the daemon lives. */
  readonly holds?: string;
  /** True when the program has ended well and its restart policy lets it rest, until an operator starts it. */
  readonly isDone?: boolean;
}

/** A change of a daemon's state. */
export interface DaemonTransition {
  readonly daemon: string;
  readonly from: DaemonState;
  readonly to: DaemonState;
  readonly because: string;
  readonly restarts: number;
  /** The number of the new state. */
  readonly seq: number;
  /** The code of the failure that the change is about. */
  readonly code?: FailureCode;
  readonly atMs: number;
}

/** The state of a daemon, and the changes that led to it, as the ledger records them. */
export interface ReportedDaemon {
  readonly daemon: string;
  readonly record: Daemon;
  readonly changes: readonly DaemonTransition[];
}

export const transitionOf = (daemon: string, before: Daemon, after: Daemon): DaemonTransition => ({
  daemon,
  from: before.state,
  to: after.state,
  because: after.because,
  restarts: after.restarts,
  seq: after.seq,
  atMs: after.sinceMs,
  ...given({ code: after.failure?.record.code }),
});

/** A daemon as people read it. */
export interface DaemonView
  extends DaemonRow, Pick<Daemon, 'state' | 'sinceMs' | 'because' | 'wish' | 'missing' | 'restarts' | 'losses' | 'failure'> {
  readonly health?: DaemonHealth & { readonly status: HealthStatus };
  /** The next step, as a clause: "starts again in 4 s". */
  readonly next: string;
  /** The share of failed work in the window of the error rate, from 0 to 1. Absent when the window is empty. */
  readonly errorRate?: number;
}

/** Returns how often in a row the daemon started again, after failures and after losses of its work. */
export const delaysOf = ({ restarts, losses = 0 }: Pick<Daemon, 'restarts' | 'losses'>): number => restarts + losses;

const active: readonly DaemonState[] = ['starting', 'running', 'degraded'];
/** Returns true in a state in which the duty works. */
export const isActive = ({ state }: Pick<Daemon, 'state'>): boolean => active.includes(state);
/** Returns true in a state in which a dependant may run. */
export const carriesDependants = (state: DaemonState | undefined): boolean => state === 'running' || state === 'degraded';
