import type { ClusterPlace } from '../../domain/cluster/own-command.ts';
import type { AlertsView } from '../../domain/alert/alert.ts';
import type { DaemonView } from '../../domain/daemon/daemon.ts';
import type { ClusterStatus, LedgerCheck } from '../../domain/cluster/status.ts';
import type { JobRef, NodeId } from '../../domain/ids.ts';
import type { LogText } from '../../domain/job/log-part.ts';
import type { LogStream } from '../../domain/job/job.ts';
import type { JobView } from '../../domain/job/view.ts';
import type { ReadModel } from '../../storage/read/read-ledgers.ts';
import type { ProcessMetrics } from '../../telemetry/process-metrics.ts';
import type { WorkflowFacts } from '../temporal/describe-workflow.ts';

export type MayWait<T> = T | Promise<T>;

/** The functions of `Reads`. Here each function may return its result later, as a promise. */
type MayWaitFor<Reads extends Readonly<Record<string, (...input: never[]) => unknown>>> = {
  readonly [Name in keyof Reads]: (...input: Parameters<Reads[Name]>) => MayWait<ReturnType<Reads[Name]>>;
};

/**
 * Everything that a client can ask of a running cluster: the reads of the ledgers, and the reads that need a running process. None of them changes
 * the cluster.
 */
export interface ClusterReads extends MayWaitFor<
  Omit<
    ReadModel,
    | 'status'
    | 'close'
    | 'knownNodes'
    | 'knownPipelines'
    | 'knownDaemons'
    | 'knownProcesses'
    | 'jobsWithLimits'
    | 'copies'
    | 'homeVersions'
    | 'gameTurns'
    | 'gameBatch'
    | 'turnResults'
    | 'reachedValues'
    | 'newestLookMs'
    | 'pendingShapes'
    | 'eventLogLook'
    | 'knownAlerts'
    | 'silences'
    | 'newestNotifications'
    | 'pendingNotifications'
    | 'restartsSince'
    | 'newestGames'
    | 'queueCounts'
  >
> {
  readonly status: () => MayWait<ClusterStatus>;
  /** Returns the daemons of the status. This read is cheap: it reads one table. */
  readonly daemons: () => MayWait<readonly DaemonView[]>;
  readonly alerts: () => MayWait<AlertsView>;
  /** Returns the last part of a job's output, or undefined when the job's node has no such output. */
  readonly logs?: (job: Pick<JobView, 'item' | 'epoch'>, stream: LogStream) => Promise<string | undefined>;
  /** Returns the last part of the output of a command daemon, or undefined when the daemon has never had a process. */
  readonly daemonLogs?: (daemon: string, stream: LogStream) => Promise<string | undefined>;
  /** Returns what a job, or a process of a command daemon, wrote behind a position. */
  readonly logPart?: (node: NodeId, job: JobRef, stream: LogStream, after: number) => Promise<LogText>;
  /** Returns the newest process of a command daemon. */
  readonly daemonProcess?: (daemon: string) => MayWait<{ readonly node: NodeId; readonly job: JobRef } | undefined>;
  /** Returns what Temporal knows of a workflow. */
  readonly workflow?: (workflowId: string) => Promise<WorkflowFacts | undefined>;
  /** The cluster file and the state folder, for the commands that a person can run. */
  readonly place?: ClusterPlace;
  /** How long the queue keeps a closed item. Absent when it keeps them for ever. */
  readonly itemsKeptMs?: number;
  /** Returns the metrics of the worker processes. */
  readonly processMetrics?: () => Promise<readonly ProcessMetrics[]>;
  readonly ledgers?: () => MayWait<readonly LedgerCheck[]>;
  readonly isReady: () => MayWait<{ readonly ready: boolean; readonly reasons: readonly string[] }>;
}
