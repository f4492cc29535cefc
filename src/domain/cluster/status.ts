import type { AlertView } from '../alert/alert.ts';
import type { DaemonView } from '../daemon/daemon.ts';
import type { SyncView } from '../dataset/sync.ts';
import type { ItemState } from '../item/work-item.ts';
import type { JobView } from '../job/view.ts';
import type { ModelView } from '../model/model.ts';
import type { NodeLimits, NodeView } from '../node/node.ts';
import type { PipelineView } from '../pipeline/view.ts';
import type { Watch } from './watch.ts';

/** The part of the status that comes from the ledgers alone. */
export interface LedgerStatus {
  readonly v: 1;
  /** The time when the ledgers were read. A reader of the status computes the age of its numbers from this time. */
  readonly readAtMs: number;
  readonly nodes: readonly NodeView[];
  readonly queue: Readonly<Record<ItemState, number>>;
  readonly openJobs: readonly JobView[];
  readonly recentJobs: readonly JobView[];
  readonly pipelines: readonly PipelineView[];
  readonly recentSyncs: readonly SyncView[];
  readonly models: readonly ModelView[];
}

/** The status that `ringmaster status`, the web page and `/status` show. A running process adds the fields that are not in the ledgers. */
export interface ClusterStatus extends LedgerStatus {
  readonly cluster: string;
  readonly processes: readonly ProcessView[];
  readonly daemons: readonly DaemonView[];
  /** What each part that keeps the cluster running was last seen to do. The cluster is ready when all of them are ok. */
  readonly watches: readonly Watch[];
  /** The alerts that fire. Those that a silence covers stand last. */
  readonly alerts: readonly AlertView[];
  readonly nodeLimits: NodeLimits;
  readonly temporalAddress: string;
  readonly temporalUi?: string;
  /** Whose server it is, and why the cluster uses it. */
  readonly temporalServer: 'own' | 'external';
  readonly temporalBecause?: string;
  /** A server that the environment of `up` named and that the cluster does not use. */
  readonly temporalPassedOver?: string;
}

export const processStates = ['running', 'starting', 'stopped', 'failed'] as const;

/** One of our processes, as the launcher records it. */
export interface ProcessView {
  readonly name: string;
  readonly pid: number;
  readonly state: (typeof processStates)[number];
  readonly restarts: number;
  readonly sinceMs: number;
  /** Present while a running process shows no sign of life: for how many seconds. The launcher ends the process when it stays silent. */
  readonly silentSeconds?: number;
}

/**
 * The launcher, as another process sees it, and its processes. `replies`: the processes are the launcher's own view. `absent` and `silent`: they come
 * from the launcher's last record, compared with the processes that live. `none`: no launcher was started, because another supervisor runs each
 * process, or because the cluster is stopped.
 */
export interface LauncherLook {
  readonly launcher: 'replies' | 'absent' | 'silent' | 'none';
  readonly processes: readonly ProcessView[];
  /** The file that the launcher cannot write, and why. */
  readonly fileFailure?: string;
}

/** The result of SQLite's `quick_check` for the file of one ledger. */
export interface LedgerCheck {
  readonly file: string;
  readonly ok: boolean;
  readonly detail: string;
}
