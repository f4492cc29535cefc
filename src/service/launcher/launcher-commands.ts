import type { PlaceWord } from '../../domain/cluster/state-place.ts';
import type { LauncherLook } from '../../domain/cluster/status.ts';
import type { ConfigNews } from './config-news.ts';
import type { PayloadTryParts } from './payload-try.ts';
import type { BackupConfig, BackupManifest } from '../../domain/ledger/backup.ts';
import type { LedgerFileCheck, LedgersView, RestoreReport } from '../../domain/ledger/ledger-view.ts';
import type { ClusterConfig, RunningCluster } from '../../domain/cluster/cluster.ts';
import type { RingmasterError } from '../../domain/failure/error.ts';

/** The launcher's commands for the CLI, which may not import the launcher. `bin/ringmaster` connects the two. */
export interface LauncherCommands {
  /**
   * Starts the processes that do not run, adopts the processes that run, and resolves when `/ready` would return 200. When `up` fails, it stops the
   * processes that it started, and then rejects. An abort of `signal` announces that the caller will call `down` next. `up` may ignore the abort, so
   * that no start is cut in half.
   */
  readonly up: (parts: UpParts) => Promise<RunningCluster>;
  /**
   * Stops processes and jobs in order. `stopped` names the processes that ran. Pending work is kept and continues after the next `up`. `purge` also
   * clears the nodes that can be reached, and removes practice nodes and what is ours in the state folder. `left` has the paths in the state folder that
   * stay. A repeated call changes nothing.
   */
  readonly down: (parts: DownParts) => Promise<{ readonly stopped: readonly string[]; readonly left: readonly string[] }>;
  /** Asks the launcher for its processes, for use when control does not respond. */
  readonly look: (parts: { readonly state: string }) => Promise<LauncherLook>;
  /** Returns the ledgers of a state folder and their backups. Works whether the cluster runs or not. */
  readonly ledgers: (parts: { readonly state: string; readonly config: BackupConfig }) => Promise<LedgersView>;
  /** Reads each of these ledgers wholly, and with `withBackups` also every copy, and returns what it found. */
  readonly checkLedgers: (parts: CheckLedgersParts) => Promise<readonly LedgerFileCheck[]>;
  /** Makes a backup of all ledgers now. Works whether the cluster runs or not. */
  readonly backUpLedgers: (parts: { readonly state: string; readonly keep: number }) => Promise<BackupManifest>;
  /** Restores ledgers from a backup. Rejects with `ledger.in-use` unless the cluster is down. */
  readonly restoreLedgers: (parts: RestoreLedgersParts) => Promise<RestoreReport>;
  /**
   * Returns `runs` while a launcher holds the cluster, `stopped` after a stop in order, and `died` when the launcher is gone and processes or its
   * records are left.
   */
  readonly launcherLife: (parts: { readonly state: string }) => Promise<'runs' | 'stopped' | 'died'>;
  /** True when dist was built from the present sources. */
  readonly isBuilt: () => Promise<boolean>;
  /** Returns why this version of Node is not supported, or undefined. */
  readonly nodeFault: () => Promise<RuntimeFault | undefined>;
  /** Returns why this Node cannot load a native addon of the packages, or undefined. */
  readonly addonFault: () => Promise<RuntimeFault | undefined>;
  /**
   * Returns a text that names the Temporal server of the running cluster and why the cluster uses it, or the server that a first `up` would use. Rejects
   * with `server.not-found` when the Temporal CLI is needed and missing. This starts and downloads nothing.
   */
  readonly findServer: (parts: { readonly running: RunningCluster | undefined }) => Promise<string>;
  /** Returns the path of the Temporal CLI. Rejects with `server.not-found`. */
  readonly temporalCli: () => Promise<string>;
  /** Lists the payloads with an entry that cannot be carried to a node. Reads no file of them. */
  readonly refusedPayloads: (parts: { readonly config: ClusterConfig }) => Promise<readonly RefusedPayload[]>;
  /** Returns what `up` would change and restart for this configuration, or undefined when `up` has never run with its state folder. Changes nothing. */
  readonly news: (parts: { readonly config: ClusterConfig; readonly source: string }) => Promise<ConfigNews | undefined>;
  /** Runs the programs of a pipeline on a tiny request on this machine. Returns the number of faults. */
  readonly tryPayload: (parts: PayloadTryParts) => Promise<{ readonly faults: number }>;
  /** Returns the path of the demo's cluster file. */
  readonly demoFile: () => Promise<string>;
  /** Kills the program of a job on its node with SIGKILL, to imitate a crash. Rejects when the job no longer runs. */
  readonly plantFault: (parts: FaultTarget) => Promise<{ readonly pid: number }>;
}

export interface RuntimeFault {
  readonly because: string;
  /** A command, or an act of a person. */
  readonly cure: string;
}

export interface RefusedPayload {
  /** The position of its pipeline in the cluster file. */
  readonly index: number;
  /** The entries and the rule that each breaks, as a clause. */
  readonly what: string;
  readonly fix: string;
  readonly error: RingmasterError;
}

export interface UpParts {
  readonly file: string;
  /** The word of a person about the state folder: it was moved and keeps its id, or it is a copy and gets a new id. */
  readonly place?: PlaceWord | undefined;
  /** Receives a line for people at each step. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  /** True when the changes of the file were shown before. */
  readonly areChangesShown?: true;
}

export interface DownParts {
  readonly state: string;
  readonly purge: boolean;
  readonly say: (line: string) => void;
}

export interface CheckLedgersParts {
  readonly state: string;
  readonly ledgers: readonly string[];
  readonly withBackups: boolean;
}

export interface RestoreLedgersParts {
  readonly state: string;
  /** The id of a backup. The default is the newest. */
  readonly from?: string | undefined;
  /** The default is all ledgers of the backup. */
  readonly ledgers?: readonly string[] | undefined;
}

export interface FaultTarget {
  readonly state: string;
  readonly item: string;
  readonly epoch: number;
  readonly node: string;
}
