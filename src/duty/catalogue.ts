/**
 * The catalogue of the daemons. To add a daemon, write its duty in a file of this folder, add a row here, and test the duty. The start order, the
 * documents, `ringmaster daemon list` and the manager all read this table.
 */
import type { ClusterConfig } from '../domain/cluster/cluster.ts';
import { declaredDaemons, retiredRow } from '../domain/daemon/command.ts';
import type { DaemonRow } from '../domain/daemon/daemon.ts';
import { alertManager } from './alert-manager.ts';
import { autoSync } from './auto-sync.ts';
import { dataPipeline } from './data-pipeline.ts';
import type { KnownProcess } from '../storage/daemon/daemon-processes.ts';
import { daemonWatchdog } from './daemon-watchdog.ts';
import type { AnyDuty } from './duty.ts';
import { eloSync } from './elo-sync.ts';
import { feedbackLoop } from './feedback-loop.ts';
import { qualityMonitor } from './quality-monitor.ts';
import { idleNodes } from './idle-shutdown.ts';
import { jobReaper } from './job-reaper.ts';
import { modelDistribution } from './model-distribution.ts';
import { stageDuty } from './stage-duty.ts';

interface CatalogueRow extends Omit<DaemonRow, 'id' | 'executor' | 'process'> {
  /** The work of a round. A `stream` is a long activity that waits for news or works for minutes; `workflows/executor/stream.ts` has a row for it. */
  readonly duty: AnyDuty | 'stream';
}

const second = 1_000;

export const catalogue = {
  EVENT_ROUTER: {
    summary: 'delivers events to their subscribers',
    critical: true,
    dependencies: [],
    intervalMs: 600 * second,
    duty: 'stream',
  },
  CLUSTER_MONITOR: {
    summary: 'looks at all nodes, and says which answer',
    critical: true,
    dependencies: ['EVENT_ROUTER'],
    intervalMs: 60 * second,
    duty: 'stream',
  },
  DATA_PIPELINE: {
    summary: 'keeps the pipelines going, and lets their next turns begin',
    critical: true,
    dependencies: ['EVENT_ROUTER'],
    intervalMs: 30 * second,
    duty: dataPipeline,
  },
  QUEUE_POPULATOR: {
    summary: 'lets the turns queue their self-play',
    critical: true,
    dependencies: ['EVENT_ROUTER'],
    intervalMs: 600 * second,
    duty: stageDuty('QUEUE_POPULATOR', 'self-play'),
  },
  EVALUATION: {
    summary: 'lets the candidates of the turns be evaluated',
    critical: false,
    dependencies: ['EVENT_ROUTER'],
    intervalMs: 600 * second,
    duty: stageDuty('EVALUATION', 'evaluate'),
  },
  AUTO_PROMOTION: {
    summary: 'lets the verdicts of the turns be recorded, and champions be crowned',
    critical: false,
    dependencies: ['EVALUATION'],
    intervalMs: 600 * second,
    duty: stageDuty('AUTO_PROMOTION', 'promote'),
  },
  MAINTENANCE: {
    summary: 'removes files, closed items and games that nothing needs any more',
    critical: false,
    dependencies: ['EVENT_ROUTER'],
    intervalMs: 3_600 * second,
    duty: 'stream',
  },
  QUALITY_MONITOR: {
    summary: 'judges the games of each turn, and says which are bad',
    critical: false,
    dependencies: ['EVENT_ROUTER'],
    intervalMs: 600 * second,
    duty: qualityMonitor,
  },
  IDLE_SHUTDOWN: {
    summary: 'drains nodes that are idle, and has them shut down, where the cluster file asks for it',
    critical: false,
    dependencies: ['CLUSTER_MONITOR'],
    intervalMs: 60 * second,
    duty: idleNodes,
  },
  JOB_REAPER: {
    summary: 'ends jobs that are over every limit, and processes of jobs that nothing owns',
    critical: false,
    dependencies: ['CLUSTER_MONITOR'],
    intervalMs: 60 * second,
    duty: jobReaper,
  },
  FEEDBACK_LOOP: {
    summary: 'changes exploration, games and intensity of the pipelines with `feedback` after the results of their turns',
    critical: true,
    dependencies: ['EVENT_ROUTER'],
    intervalMs: 60 * second,
    duty: feedbackLoop,
  },
  AUTO_SYNC: {
    summary: 'keeps the datasets with `keep` in step on their nodes',
    critical: true,
    dependencies: ['EVENT_ROUTER'],
    after: ['DATA_PIPELINE', 'FEEDBACK_LOOP'],
    intervalMs: 30 * second,
    duty: autoSync,
  },
  MODEL_DISTRIBUTION: {
    summary: 'gives each node the champions, also a node that comes back',
    critical: false,
    dependencies: ['EVENT_ROUTER'],
    intervalMs: 60 * second,
    duty: modelDistribution,
  },
  ELO_SYNC: {
    summary: 'gives the ratings of the models to the nodes with `ratings`, also to a node that comes back',
    critical: false,
    dependencies: ['EVENT_ROUTER'],
    intervalMs: 60 * second,
    duty: eloSync,
  },
  ALERT_MANAGER: {
    summary: 'evaluates the alert rules, and says which alerts fire',
    critical: false,
    dependencies: ['EVENT_ROUTER'],
    intervalMs: 15 * second,
    duty: alertManager,
  },
  DAEMON_WATCHDOG: {
    summary: 'looks whether each daemon does its rounds, and says which do not',
    critical: true,
    dependencies: ['EVENT_ROUTER'],
    intervalMs: 60 * second,
    duty: daemonWatchdog,
  },
} as const satisfies Readonly<Record<string, CatalogueRow>>;

/** The daemon that evaluates the alert rules. */
export const alertManagerId: keyof typeof catalogue = 'ALERT_MANAGER';

/** The rows of the built-in daemons, without the duties. */
export const daemonRows: readonly DaemonRow[] = Object.entries<CatalogueRow>(catalogue).map(([id, { duty, ...row }]) => ({
  id,
  ...row,
  executor: duty === 'stream' ? 'stream' : 'round',
}));

/**
 * Returns the rows of all daemons of a cluster: the built-in ones, the command daemons of the cluster file, and those that left the cluster file while a
 * process of theirs may live.
 */
export function rowsOf(config: Pick<ClusterConfig, 'daemons' | 'nodes'>, processes: readonly KnownProcess[] = []): readonly DaemonRow[] {
  const declared = declaredDaemons(config).map(({ row }) => row);
  const left = processes.filter(({ isOpen, process }) => isOpen && !declared.some(({ id }) => id === process.daemon));
  return [...daemonRows, ...declared, ...left.map(({ process }) => retiredRow(process))];
}

/** The duties that work in rounds, by daemon. */
export const roundDuties: ReadonlyMap<string, AnyDuty> = new Map(
  Object.entries<CatalogueRow>(catalogue).flatMap(([id, { duty }]) => (duty === 'stream' ? [] : [[id, duty] as const])),
);
