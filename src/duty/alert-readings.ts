/** The readings of ALERT_MANAGER: what each rule decides from, as the ledgers have it. A reading that fails takes no other reading with it. */
import { given } from '../base/given.ts';
import type { ClusterConfig } from '../domain/cluster/cluster.ts';
import { declaredDaemons } from '../domain/daemon/command.ts';
import type { Daemon, DaemonRow } from '../domain/daemon/daemon.ts';
import { errorRateOf, outcomesMin } from '../domain/daemon/lifecycle.ts';
import type { AlertReadings, DaemonReading, PipelineReading, Reading, Readings } from '../domain/alert/readings.ts';
import { channelViewsOf } from '../domain/alert/view.ts';
import { championDataset, ratingsDataset } from '../domain/dataset/names.ts';
import { toFailureRecord } from '../domain/failure/to-failure-record.ts';
import { isOpenState, itemStates } from '../domain/item/work-item.ts';
import { isDrained } from '../domain/node/wish.ts';
import type { PipelineView } from '../domain/pipeline/view.ts';
import type { DutyReads } from './duty.ts';

type Reads = Pick<DutyReads, 'model' | 'config' | 'rows' | 'now' | 'homeFreeBytes'>;
const hourMs = 3_600_000;

export function readReadings(reads: Reads): Readings {
  return {
    daemons: reading(() => daemons(reads)),
    nodes: reading(() => nodes(reads)),
    disks: reading(() => disks(reads)),
    pipelines: reading(() => pipelines(reads)),
    queue: reading(() => queue(reads)),
    subscribers: reading(() => reads.model.subscriptions().subscribers.map(({ subscriber, dead }) => ({ subscriber, dead }))),
    copies: reading(() => copies(reads)),
    channels: reading(() => channels(reads)),
  };
}

function reading<Value>(read: () => Value): Reading<Value> {
  try {
    return { value: read() };
  } catch (error) {
    return { failure: toFailureRecord(error) };
  }
}

function daemons({ model, rows, config, now }: Reads): AlertReadings['daemons'] {
  const restarts = model.restartsSince(now() - hourMs);
  const checks = new Map(declaredDaemons(config).map(({ row, process }) => [row.id, process.health?.everyMs]));
  const known = new Map(model.knownDaemons().map(({ id, record }) => [id, record]));
  return rows.flatMap((row) => {
    const record = known.get(row.id);
    return record === undefined ? [] : [daemonReading(row, record, restarts.get(row.id) ?? 0, checks.get(row.id))];
  });
}

function daemonReading({ id, intervalMs }: DaemonRow, daemon: Daemon, restarts: number, checkMs = intervalMs): DaemonReading {
  const { state, because, outcomes, health } = daemon;
  // A daemon that runs, or does not work, records no ends of work, so its last ones say nothing about the present.
  const hasErrors = (state === 'degraded' || state === 'backing-off' || state === 'starting') && outcomes.length >= outcomesMin;
  const isUnwell = state === 'degraded' && health?.healthy === false;
  return {
    id,
    state,
    because,
    restarts,
    ...given({
      errorRate: hasErrors ? errorRateOf(daemon) : undefined,
      unwell: isUnwell ? { message: health.message, checkMs } : undefined,
    }),
  };
}

const nodes = ({ model, config }: Reads): AlertReadings['nodes'] =>
  ofCluster(model, config).map(({ view: { node, state, evidence }, wish }) => ({ node, state, evidence, isDrained: isDrained(given({ wish })) }));

const disks = ({ model, config, homeFreeBytes }: Reads): AlertReadings['disks'] => [
  { freeBytes: homeFreeBytes() },
  ...ofCluster(model, config).flatMap(({ view: { node, diskFreeBytes, state } }) =>
    diskFreeBytes === undefined || state === 'lost' ? [] : [{ node, freeBytes: diskFreeBytes }],
  ),
];

/** A node that left the cluster file is no concern of an alert. */
const ofCluster = (model: DutyReads['model'], { nodes: declared }: ClusterConfig) =>
  model.knownNodes().filter(({ view }) => declared.some(({ id }) => id === view.node));

/**
 * Ringmaster itself pauses a pipeline under its own name, or under that of a daemon. While an operator has paused the whole cluster, no pipeline plays, and
 * none wants work.
 */
function pipelines({ model, config, rows, now }: Reads): AlertReadings['pipelines'] {
  const newest = model.newestGames();
  const isClusterPaused = model.clusterPause() !== undefined;
  return ofFile(model.knownPipelines(), config).map(({ name, turn, stage, stageSinceMs, standing }): PipelineReading => {
    const wish = standing?.wish;
    const isPlaying = !isClusterPaused && stage === 'self-play' && (wish?.wish ?? 'running') === 'running';
    const isPaused = wish?.wish === 'paused' && (wish.by === 'ringmaster' || rows.some(({ id }) => id === wish.by));
    return {
      name,
      turn,
      ...given({
        quietMs: isPlaying ? now() - Math.max(stageSinceMs, newest.get(name) ?? 0) : undefined,
        paused: isPaused ? { by: wish.by, reason: wish.reason } : undefined,
      }),
    };
  });
}

const ofFile = (known: readonly PipelineView[], { pipelines: declared }: ClusterConfig): readonly PipelineView[] =>
  known.filter(({ name }) => declared.some((one) => one.name === name));

function queue({ model, config }: Reads): AlertReadings['queue'] {
  const counts = model.queueCounts();
  const isClusterPaused = model.clusterPause() !== undefined;
  const wants = ({ standing }: PipelineView): boolean =>
    !isClusterPaused && standing !== undefined && standing.turnsLeft !== 0 && (standing.wish?.wish ?? 'running') === 'running';
  return {
    open: itemStates.filter((state) => state === 'pending' || isOpenState(state)).reduce((sum, state) => sum + counts[state], 0),
    wanting: ofFile(model.knownPipelines(), config)
      .filter(wants)
      .map(({ name }) => name),
  };
}

function channels({ model, config: { alertChannels = [] }, now }: Reads): AlertReadings['channels'] {
  if (alertChannels.length === 0) return [];
  return channelViewsOf(alertChannels, model.deliveries(), model.pendingNotifications()).map(({ id, last, pending }) => ({
    id,
    ...given({
      failed: last?.state === 'failed' ? (last.failure?.code ?? 'no reason known') : undefined,
      waitsMs: pending === undefined ? undefined : now() - pending.sinceMs,
    }),
  }));
}

/** Returns the copies that a daemon keeps in step and whose last push failed. A copy on a node that is not alive waits for the node. */
function copies({ model, config }: Reads): AlertReadings['copies'] {
  const kept = new Set([
    ...config.datasets.flatMap(({ id, keep }) => (keep === undefined ? [] : [id])),
    ...config.pipelines.map(({ name }) => championDataset(name)),
    ratingsDataset,
  ]);
  const alive = new Set<string>(ofCluster(model, config).flatMap(({ view: { node, state } }) => (state === 'alive' ? [node] : [])));
  return model
    .copies()
    .filter(({ dataset, target, failures }) => failures > 0 && kept.has(dataset) && alive.has(target))
    .map(({ dataset, target, failures, failure }) => ({ dataset, node: target, failures, ...given({ code: failure?.code }) }));
}
