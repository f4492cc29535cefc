import type { Client } from '@temporalio/client';
import { given } from '../../base/given.ts';
import type { AlertsView } from '../../domain/alert/alert.ts';
import { channelViewsOf, viewsOf } from '../../domain/alert/view.ts';
import { removalLagMs } from '../../domain/cluster/removal-time.ts';
import { retentionOf } from '../../domain/cluster/retention.ts';
import type { RunningCluster } from '../../domain/cluster/cluster.ts';
import type { DaemonView } from '../../domain/daemon/daemon.ts';
import { lackOfNodes } from '../../domain/item/no-node.ts';
import { powerOf, unplacedShapes } from '../../domain/item/unplaced.ts';
import type { NodeView } from '../../domain/node/node.ts';
import { ledgerChecks } from '../../storage/read/ledger-checks.ts';
import { readDuties } from '../../storage/read/read-duties.ts';
import { readRemovalTime } from '../../storage/read/read-removal-time.ts';
import { openReadModel, type ReadModel } from '../../storage/read/read-ledgers.ts';
import type { LogRequest } from '../../contract/log-door.ts';
import type { ProcessMetrics } from '../../telemetry/process-metrics.ts';
import type { LogText } from '../../domain/job/log-part.ts';
import { type LogDoor, readLog } from '../job/read-log.ts';
import { alertManagerId, daemonRows, rowsOf } from '../../duty/catalogue.ts';
import { DaemonLooks } from '../daemon/daemon-looks.ts';
import { daemonViews } from '../daemon/daemon-views.ts';
import { describeWorkflow } from '../temporal/describe-workflow.ts';
import type { ClusterReads } from './cluster-reads.ts';
import type { ClusterStatus, LauncherLook } from '../../domain/cluster/status.ts';
import { namedHint } from '../../domain/cluster/own-command.ts';
import { type ClockStep, type KeeperLook, notReady, sweepAgeMsMax, watchesOf } from '../../domain/cluster/watch.ts';
import type { EventLogLook } from '../../domain/event/event-watch.ts';
import { evidenceLookMs } from '../limits.ts';
import { AgeOf } from './age-of.ts';

export interface ReadParts {
  readonly running: RunningCluster;
  readonly client: Client;
  /** Asks the launcher for its processes. */
  readonly look: () => Promise<LauncherLook>;
  /** Returns the last round of control over the standing workflows. */
  readonly keeper: () => KeeperLook;
  /** Reads the last part of a log from its node. */
  readonly door: LogDoor;
  /** Reads what is behind a position of a log from its node. */
  readonly partDoor: (request: Required<LogRequest>) => Promise<LogText>;
  readonly clock: () => ClockStep | undefined;
  /** Returns the metrics of the worker processes. */
  readonly metrics: () => Promise<readonly ProcessMetrics[]>;
}

type OpenReads = ClusterReads & {
  readonly close: () => void;
  readonly knownNodes: ReadModel['knownNodes'];
  readonly knownPipelines: ReadModel['knownPipelines'];
  readonly knownDaemons: ReadModel['knownDaemons'];
  readonly knownProcesses: ReadModel['knownProcesses'];
  readonly newestLookMs: ReadModel['newestLookMs'];
};

/**
 * Returns the reads of a running cluster. They read the ledgers, the launcher's record of processes, Temporal, and (through the gateway) the nodes.
 */
export function openClusterReads({ running, client, look, keeper, door, partDoor, clock, metrics }: ReadParts): OpenReads {
  const { config, temporalAddress, temporalUi, temporalEmbedded, temporalBecause, temporalPassedOver } = running;
  const model = openReadModel(config.state);
  const looks = new AgeOf(evidenceLookMs);
  const newestLook = (): number | undefined => {
    try {
      return model.newestLookMs();
    } catch {
      return undefined; // The ledger does not exist yet, or cannot be read. Every other read says so.
    }
  };
  const eventLog = (): EventLogLook | undefined => {
    try {
      return model.eventLogLook();
    } catch {
      return undefined; // The watch over the processes names a ledger worker that has not made the ledgers yet.
    }
  };
  const knownDaemons = (): ReturnType<ReadModel['knownDaemons']> => {
    try {
      return model.knownDaemons();
    } catch {
      return []; // As for the newest look.
    }
  };
  const powers = config.nodes.map(powerOf);
  const place = { source: running.source, state: config.state };
  // A command daemon is the operator's own. Its failure is no fault of the cluster, and `doctor` names it.
  const daemonLooks = new DaemonLooks(daemonRows, evidenceLookMs);
  const sampling = setInterval(() => {
    looks.ageMs(newestLook());
    daemonLooks.of(knownDaemons());
  }, evidenceLookMs);
  sampling.unref();
  const daemons = (): readonly DaemonView[] => daemonViews(rowsOf(config, model.knownProcesses()), model.knownDaemons(), Date.now());
  const alerts = (): AlertsView => {
    const silences = model.silences();
    const evaluatedAtMs = model.knownDaemons().find(({ id }) => id === alertManagerId)?.record?.health?.atMs;
    const channels = channelViewsOf(config.alertChannels ?? [], model.deliveries(), model.pendingNotifications());
    const views = viewsOf(model.knownAlerts(), silences, Date.now());
    return { v: 1, readAtMs: Date.now(), alerts: views, silences, channels, ...given({ evaluatedAtMs }) };
  };
  const status = async (): Promise<ClusterStatus> => {
    const launcher = await look();
    const ledgers = model.status();
    const newestMs = newestLook();
    const nodesAgeMs = looks.ageMs(newestMs);
    const ageOf = ({ observedAtMs }: NodeView): number => (nodesAgeMs ?? 0) + Math.max(0, (newestMs ?? observedAtMs) - observedAtMs);
    const { sweepIntervalMs, nodeLimits } = config;
    return {
      ...ledgers,
      nodes: ledgers.nodes.map((node) => {
        const lookAgeMs = ageOf(node);
        return { ...node, lookAgeMs, ...given({ isLookOld: lookAgeMs > sweepAgeMsMax(sweepIntervalMs) ? (true as const) : undefined }) };
      }),
      cluster: config.cluster,
      processes: launcher.processes,
      daemons: daemons(),
      watches: watchesOf({
        look: launcher,
        nodesAgeMs,
        sweepIntervalMs,
        keeper: keeper(),
        clock: clock(),
        removalLagMs: removalLagMs(readRemovalTime(config.state), Date.now()),
        daemons: daemonLooks.of(model.knownDaemons()),
        events: eventLog(),
        unplaced: unplacedShapes(
          model.pendingShapes((need) => lackOfNodes(need, powers) !== undefined),
          powers,
        ),
        duties: readDuties(config.state),
        pause: model.clusterPause(),
        nowMs: Date.now(),
      }).map((watch) => (watch.hint === undefined ? watch : { ...watch, hint: namedHint(watch.hint, place) })),
      alerts: alerts().alerts.filter(({ state }) => state === 'firing'),
      nodeLimits,
      temporalAddress,
      temporalServer: temporalEmbedded ? 'own' : 'external',
      ...given({ temporalUi, temporalBecause, temporalPassedOver }),
    };
  };
  return {
    ...model,
    status,
    daemons,
    alerts,
    place,
    ...given({ itemsKeptMs: retentionOf(config).itemsMs }),
    close: () => {
      clearInterval(sampling);
      model.close();
    },
    logs: (job, stream) => readLog(door, model.item(job.item), job, stream),
    daemonLogs: async (daemon, stream) => {
      const found = model.knownProcesses().find(({ process }) => process.daemon === daemon);
      return found === undefined ? undefined : door({ node: found.process.node, job: found.process.job, stream });
    },
    logPart: (node, job, stream, after) => partDoor({ node, job, stream, after }),
    daemonProcess: (daemon) => model.knownProcesses().find(({ process }) => process.daemon === daemon)?.process,
    workflow: (workflowId) => describeWorkflow(client, workflowId),
    processMetrics: metrics,
    ledgers: ledgerChecks(config.state),
    isReady: async () => {
      const reasons = notReady((await status()).watches);
      return { ready: reasons.length === 0, reasons };
    },
  };
}
