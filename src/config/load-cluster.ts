/**
 * Loads the cluster file as a ClusterConfig in which every default is filled in and every path is absolute. A file with faults is not loaded. All its
 * faults are reported at once, each with its file and line. Loading reads the file, checks whether the folders that it names exist, and changes
 * nothing.
 */
import { isAbsolute, join, resolve } from 'node:path';
import { given } from '../base/given.ts';
import { namespaceDefault } from '../domain/cluster/choose-server.ts';
import type { ClusterConfig, DatasetConfig, NodeConfig, ReachLimits } from '../domain/cluster/cluster.ts';
import { statePaths } from '../domain/cluster/state-paths.ts';
import { RingmasterError } from '../domain/failure/error.ts';
import { secretEnv, secretName, type SecretRef } from '../domain/item/secret.ts';
import { isNodeId } from '../domain/ids.ts';
import type { PipelineConfig, StageConfig } from '../domain/pipeline/pipeline.ts';
import { forEachStageKey, stageKeys } from '../domain/pipeline/stages.ts';
import { lostEntries, salvage } from './check/salvage.ts';
import { checkCluster } from './check-cluster.ts';
import { readClusterFile } from './read-cluster-file.ts';
import { type ResolvePath, resolverFor } from './resolve-path.ts';
import { toChannel } from './to-channel.ts';
import { toDaemon } from './to-daemon.ts';
import { toEnv, toSecret } from './to-env.ts';
import { type ClusterFile, clusterFileSchema, metricsPortOf } from './schema/cluster-schema.ts';
import type { NodeEntry } from './schema/node-entry.ts';
import type { PipelineEntry, StageEntry } from './schema/pipeline-entry.ts';
import { faultText, type Fault, type LocatedFault } from './fault/fault.ts';
import { schemaFaults } from './fault/schema-faults.ts';
import type { LineFault } from './fault/mend-syntax.ts';
import { parseYaml, type YamlDocument } from './fault/yaml-document.ts';

/** Loads a cluster file. Throws `config.invalid` with a message that lists every fault. */
export const loadCluster = (file: string): ClusterConfig => loadClusterText(file).config;

/** Loads a cluster file, and returns its text too. */
export function loadClusterText(file: string): { readonly config: ClusterConfig; readonly text: string } {
  const path = resolve(file);
  const { text, faults } = readClusterFile(path, file);
  return { config: parseCluster(text, path, file, faults), text };
}

/**
 * Parses the text of a cluster file. Each fault calls the file `shown`, which is the file's name as the operator wrote it. `more` are faults of the bytes
 * that the text was read from.
 */
export function parseCluster(text: string, file: string, shown = file, more: readonly LineFault[] = []): ClusterConfig {
  const found = inspectCluster(text, file, shown, more);
  if (found.config === undefined) throw invalid(shown, found.faults);
  return found.config;
}

export type Inspected =
  | { readonly config: ClusterConfig; readonly faults: readonly []; readonly located: (others: readonly Fault[]) => readonly LocatedFault[] }
  | { readonly config?: undefined; readonly faults: readonly LocatedFault[] };

/** Returns the faults as data. `config` is present exactly when there is no fault. `located` gives a fault that was found elsewhere its place in the file. */
export function inspectCluster(text: string, file: string, shown = file, more: readonly LineFault[] = []): Inspected {
  const parsedText = parseYaml(text.replace(/^\uFEFF/, ''), clusterFileSchema);
  const document = { ...parsedText, faults: [...more, ...parsedText.faults] };
  if (document.value === undefined || document.value === null)
    return { faults: located([...document.faults, ...emptyFault(document)], document, shown) };
  const resolvePath = resolverFor(file);
  const parsed = clusterFileSchema.safeParse(document.value);
  if (parsed.success && document.faults.length === 0) {
    const faults = checkCluster({ ...parsed.data, has: document.has }, resolvePath);
    return faults.length === 0
      ? { config: toConfig(parsed.data, resolvePath), faults: [], located: (others) => located(others, document, shown) }
      : { faults: located(faults, document, shown) };
  }
  const unread = document.faults.filter(({ isAside }) => isAside !== true);
  const ofKeys = schemaFaults(parsed.error?.issues ?? [], clusterFileSchema, document).filter((fault) => !isHidden(fault, unread));
  const wrong = [...unread, ...ofKeys];
  const rest = salvage(document.value, wrong, document.has);
  const between = rest === undefined ? [] : checkCluster(rest, resolvePath).filter((fault) => !isHidden(fault, [...wrong, ...lostEntries(rest)]));
  return { faults: located([...document.faults, ...ofKeys, ...between], document, shown) };
}

const emptyFault = ({ faults }: YamlDocument): readonly Fault[] =>
  faults.some(({ isAside }) => isAside !== true)
    ? []
    : [{ path: [], what: 'the file is empty', hint: 'two lines as a start: `cluster: demo` and `nodes: [{ id: here, local: true }]`' }];

/** A fault is hidden when a place that it rests on was not read. Such a fault would be a mere consequence of the other. */
const isHidden = ({ path, also = [] }: Fault, unread: readonly Pick<Fault, 'path'>[]): boolean =>
  [path, ...also].some((place) => unread.some((fault) => covers(fault.path, place)));

const covers = (outer: Fault['path'], inner: Fault['path']): boolean => outer.every((part, index) => inner[index] === part);

/** Returns the place of a fault: the line of the first key that the file itself contains. */
const located = (faults: readonly (Fault & { readonly line?: number })[], document: YamlDocument, file: string): readonly LocatedFault[] =>
  faults
    .map((fault) => {
      const written = [fault.path, ...(fault.also ?? [])].find(document.has) ?? fault.path;
      return { ...fault, file, line: fault.line ?? document.lineOf(written) };
    })
    .toSorted((a, b) => a.line - b.line);

function invalid(file: string, faults: readonly LocatedFault[]): RingmasterError {
  const list = faults.map((fault) => `\n  ${faultText(fault)}`).join('');
  const codes = new Set(faults.map(({ code = 'config.invalid' }) => code));
  return new RingmasterError(codes.size === 1 ? ([...codes][0] ?? 'config.invalid') : 'config.invalid', {
    cannot: `use ${file}`,
    because: faults.length === 1 ? 'it has a fault' : `it has ${faults.length} faults`,
    hint: { say: `mending ${faults.length === 1 ? 'it' : 'all of them'} (docs/cluster-file.md explains each key):${list}` },
    fields: { file, faults: faults.length, first: faults.slice(0, 1).map(faultText).join('') },
  });
}

const msOrNever = (time: number | 'none'): number | undefined => (time === 'none' ? undefined : time);

function toConfig(file: ClusterFile, resolvePath: ResolvePath): ClusterConfig {
  const state = resolvePath(file.state);
  return {
    v: 1,
    cluster: file.cluster,
    state,
    temporal: {
      port: file.temporal.port,
      uiPort: file.temporal.uiPort,
      metricsPort: metricsPortOf(file.temporal),
      namespace: file.temporal.namespace ?? namespaceDefault,
      ...(file.temporal.namespace === undefined ? {} : { isNamespaceNamed: true }),
      retentionHours: Math.ceil(file.temporal.retention / 3_600_000),
      ...given({ server: file.temporal.server, address: file.temporal.address, reachableAs: file.temporal.reachableAs }),
      ...(file.temporal.requireKey ? { requireKey: true } : {}),
    },
    http: given(file.http),
    nodeLimits: {
      suspectAfterSeconds: file.limits.suspectAfter / 1_000,
      unreachableAfterSeconds: file.limits.unreachableAfter / 1_000,
      lostAfterSeconds: file.limits.lostAfter / 1_000,
    },
    sweepIntervalMs: file.intervals.sweep,
    watchIntervalMs: file.intervals.watch,
    backups: { ...given({ everyMs: msOrNever(file.backups.every) }), keep: file.backups.keep },
    events: { ageMs: file.retention.events, eventsMax: file.retention.eventsMax },
    retention: {
      ...given({ filesMs: msOrNever(file.retention.files), itemsMs: msOrNever(file.retention.items), gamesMs: msOrNever(file.retention.games) }),
      champions: file.retention.champions,
    },
    logs: { stdoutBytesMax: file.logs.stdout, stderrBytesMax: file.logs.stderr, homeBytesMax: file.logs.home },
    ...given({ secrets: secretsOf(file, resolvePath) }),
    ...(file.allowRootLocal ? { allowRootLocal: true } : {}),
    nodes: file.nodes.map((node) => toNode(node, file, state, resolvePath)),
    datasets: file.datasets.map(({ id, origin, path, keep }): DatasetConfig => ({
      id,
      origin,
      ...given({ path: path === undefined ? undefined : resolvePath(path), keep }),
    })),
    pipelines: file.pipelines.map((pipeline) => toPipeline(pipeline, resolvePath)),
    ...(file.alerts.channels.length === 0 ? {} : { alertChannels: file.alerts.channels.map((channel) => toChannel(channel, resolvePath)) }),
    ...(file.daemons.length === 0 ? {} : { daemons: file.daemons.map((daemon) => toDaemon(daemon, resolvePath)) }),
  };
}

function toNode(node: NodeEntry, { cluster, limits }: ClusterFile, state: string, resolvePath: ResolvePath): NodeConfig {
  if (!isNodeId(node.id)) throw new Error(`the schema let ${node.id} pass as a node id`);
  return {
    id: node.id,
    worker: node.worker,
    slots: node.slots,
    labels: node.labels,
    folder: nodeFolder(node, cluster, state, resolvePath),
    connect: toConnect(node, resolvePath),
    ...given({
      practice: node.practice,
      limits: reachLimits({ ...limits, ...given(node.limits ?? {}) }),
      nodeProgram: node.nodeProgram,
      ratings: node.ratings ? (true as const) : undefined,
      reachableAs: node.reachableAs,
      idle: node.idle === undefined ? undefined : { afterMs: node.idle.after, command: node.idle.command },
    }),
  };
}

/** Returns the limits that the file gives for a node. Returns undefined when it gives none. */
function reachLimits({ login, probe, command }: NonNullable<NodeEntry['limits']>): ReachLimits | undefined {
  const limits = given({ loginMs: login, probeMs: probe, commandMs: command });
  return Object.keys(limits).length === 0 ? undefined : limits;
}

/**
 * Returns the node's folder. A relative folder of a local node is inside the state folder. If it were not, two clusters on one machine could share a
 * node folder by accident.
 */
function nodeFolder(node: NodeEntry, cluster: string, state: string, resolvePath: ResolvePath): string {
  if (node.local !== undefined) {
    if (node.folder === undefined) return statePaths(state).node(node.id);
    if (node.folder.startsWith('~/')) return resolvePath(node.folder);
    return isAbsolute(node.folder) ? node.folder : join(state, node.folder);
  }
  return node.folder?.replace(/^~\//, '') ?? `ringmaster/${cluster}`;
}

function toConnect(node: NodeEntry, resolvePath: ResolvePath): NodeConfig['connect'] {
  if (node.practice !== undefined) return { type: 'ssh', host: '127.0.0.1', port: node.practice.port };
  if (node.ssh === undefined) return { type: 'local' };
  const { host: written, port, user: named, identityFile, knownHostsFile } = node.ssh;
  // ssh takes `user@host` as well, and the last @ counts.
  const at = written.lastIndexOf('@');
  const [host, user] = at < 0 ? [written, named] : [written.slice(at + 1), named ?? written.slice(0, at)];
  const resolved = (path: string | undefined): string | undefined => (path === undefined ? undefined : resolvePath(path));
  return {
    type: 'ssh',
    host,
    ...given({ port, user, identityFile: resolved(identityFile), knownHostsFile: resolved(knownHostsFile) }),
  };
}

const toPipeline = (pipeline: PipelineEntry, resolvePath: ResolvePath): PipelineConfig => ({
  name: pipeline.name,
  payload: resolvePath(pipeline.payload),
  seed: pipeline.seed,
  turns: pipeline.turns,
  gamesPerTurn: pipeline.games.perTurn,
  gamesPerItem: pipeline.games.perItem,
  windowTurns: pipeline.games.windowTurns,
  exploration: pipeline.exploration,
  quality: pipeline.quality,
  ...given({ feedback: toFeedback(pipeline.feedback) }),
  ...forEachStageKey((key) => toStage(pipeline[key], resolvePath)),
  gate: given(pipeline.gate),
});

const toFeedback = (feedback: PipelineEntry['feedback']): PipelineConfig['feedback'] => {
  if (feedback === undefined) return undefined;
  const { exploration, games: gamesPerTurn, intensity } = feedback;
  return given({ exploration, gamesPerTurn, intensity });
};

const toStage = (stage: StageEntry, resolvePath: ResolvePath): StageConfig => ({
  command: stage.command,
  ...given({ verify: stage.verify }),
  limits: {
    runSecondsMax: stage.run / 1_000,
    silentSecondsMax: stage.silent / 1_000,
    ...given({ selfFenceSeconds: stage.selfFence === 'none' ? undefined : stage.selfFence / 1_000 }),
  },
  attemptsMax: stage.attempts,
  labels: stage.labels,
  slots: stage.slots,
  env: toEnv(stage.env, resolvePath),
});

/** Returns each secret that the file names once. Returns undefined when the file names none. */
function secretsOf(file: ClusterFile, resolvePath: ResolvePath): readonly SecretRef[] | undefined {
  const inStages = file.pipelines.flatMap((pipeline) => stageKeys.flatMap((key) => Object.values(secretEnv(pipeline[key].env))));
  const inDaemons = file.daemons.flatMap(({ env }) => Object.values(secretEnv(env)));
  const named = new Map([...file.secrets, ...inStages, ...inDaemons].map((ref) => toSecret(ref, resolvePath)).map((ref) => [secretName(ref), ref]));
  return named.size === 0 ? undefined : [...named.values()];
}
