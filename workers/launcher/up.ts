/**
 * `ringmaster up` starts everything that a cluster file describes. It checks the file, the server and the ports before it starts anything. When `up`
 * is called again with the same file, it changes nothing and says so. When the file has changed, the config epoch grows and a new launcher takes
 * over. The new launcher adopts the processes that the change does not concern. When the first `up` of a cluster fails, it stops what it started.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canonicalJson } from '../../src/base/canonical-json.ts';
import { given } from '../../src/base/given.ts';
import { ensureIdentity } from '../../src/config/cluster-identity.ts';
import { keptEpochs } from '../../src/config/kept-configs.ts';
import { loadClusterText } from '../../src/config/load-cluster.ts';
import { readRunningCluster, writeRunningCluster } from '../../src/config/running-cluster.ts';
import { chooseServer } from '../../src/domain/cluster/choose-server.ts';
import type { ClusterConfig } from '../../src/domain/cluster/cluster.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { downCommand, upCommand } from '../../src/domain/cluster/own-command.ts';
import type { PlaceWord } from '../../src/domain/cluster/state-place.ts';
import type { ProcessView } from '../../src/domain/cluster/status.ts';
import { errorText, RingmasterError } from '../../src/domain/failure/error.ts';
import { markOf } from '../../src/process/find-marked.ts';
import { logEnd, openLog } from '../../src/process/log-file.ts';
import { commandOf } from '../../src/process/proc.ts';
import { liveRecords } from '../../src/process/process-record.ts';
import { isPortFree } from '../../src/system/port.ts';
import { refuseMissingLedger } from '../../src/storage/backup/refuse-missing-ledger.ts';
import { refuseUnfinishedRestore } from '../../src/storage/backup/restoring.ts';
import { keepFilesPrivate, makePrivate } from '../../src/system/private.ts';
import type { LeavingNode } from '../../src/domain/node/leaving.ts';
import type { LeavingPipeline } from '../../src/domain/pipeline/leaving.ts';
import { readLeaving } from '../../src/storage/read/read-leaving.ts';
import { readLeavingPipelines } from '../../src/storage/read/read-leaving-pipelines.ts';
import { until } from '../../src/system/until.ts';
import type { Log } from '../../src/telemetry/log.ts';
import { launcherLimits } from '../limits.ts';
import { withHere } from '../temporal-server/name-of-here.ts';
import { refuseForeignNamespace } from '../temporal-server/claim-namespace.ts';
import { checkPorts } from '../temporal-server/check-port.ts';
import { findTemporalCli, namedServer } from '../temporal-server/find-server.ts';
import { newsOf } from './config-news.ts';
import { down } from './down.ts';
import { refuseWhileDown } from './down-lock.ts';
import { launcherExit, type LauncherStatus } from './launcher-status.ts';
import { runLauncher } from './launcher.ts';
import { plannedCluster, plannedPorts, serverQuestion } from './planned-cluster.ts';
import { checkSecrets } from './check-secrets.ts';
import { ensureKey, refuseChangedKey, refuseKeylessTunnel } from './ensure-key.ts';
import { settlePlace } from './place/settle-place.ts';
import { refusePayloads } from './refused-payloads.ts';
import { refuseRootLocal } from './refuse-root-local.ts';
import { throughProxy } from '../../src/service/temporal/proxy.ts';
import { refuseUnreadableDatabase } from './server-database.ts';
import { spoolConfig } from './spool-config.ts';
import type { ConfigNews } from '../../src/service/launcher/config-news.ts';
import { keepPlanned } from './keep-planned.ts';
import { askLauncher, askStatus } from './socket/ask-launcher.ts';
import { notUp, waitUntilRunning } from './wait-until-running.ts';

export interface LauncherUpOptions {
  readonly clusterFile: string;
  /** When this is true, this process becomes the launcher, and `up` returns only after the launcher has stopped. */
  readonly foreground?: { readonly log: Log; readonly onRunning: (report: UpReport) => void };
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The folder of the programs: `dist`, or that of the bundles. The default is the `dist` folder that this file is in. */
  readonly distFolder?: string;
  /** Time limit until everything runs. */
  readonly limitMs?: number;
  /** The word of a person about a state folder in another place than before. */
  readonly place?: PlaceWord | undefined;
  /** Called with each line about a state folder in another place. */
  readonly onPlace?: (line: string) => void;
  /** Called at each change of the processes, to show the change to people. */
  readonly onProgress?: (processes: readonly ProcessView[]) => void;
  /** Called once, before anything changes, with the nodes that the file no longer names and with what leaves with them. */
  readonly onLeaving?: (nodes: readonly LeavingNode[]) => void;
  /** The same for the pipelines that the file no longer names and of which turns are wanted. */
  readonly onLeavingPipelines?: (pipelines: readonly LeavingPipeline[]) => void;
  /** Called once before anything is restarted for a changed cluster file. */
  readonly onChanges?: (news: ConfigNews) => void;
}

export interface UpReport {
  /** True when a launcher already ran with exactly this configuration, so that nothing was started. */
  readonly adopted: boolean;
  /** The processes that already ran before `up` and still run. */
  readonly adoptedProcesses: readonly string[];
  readonly configChanged: boolean;
  readonly configEpoch: number;
  readonly cluster: string;
  readonly state: string;
  readonly launcherPid: number;
  readonly processes: readonly ProcessView[];
  readonly temporalAddress: string;
  readonly temporalUi?: string;
  readonly http: string;
  readonly elapsedMs: number;
}

export async function up(options: LauncherUpOptions): Promise<UpReport> {
  const bornMs = performance.now();
  const { clusterFile, env = process.env } = options;
  keepFilesPrivate();
  const { config, text: clusterText } = loadClusterText(clusterFile);
  refuseUnfinishedRestore(config.state);
  refuseMissingLedger(config.state);
  refuseRootLocal(config);
  refuseWhileDown(config, clusterFile);
  await settlePlace({ ...config, clusterFile, word: options.place, say: options.onPlace });
  const before = readRunningCluster(config.state);
  const choice = chooseServer(
    serverQuestion(
      config,
      await withHere(namedServer(env)),
      before,
      before === undefined && !(await isPortFree(config.temporal.port).catch(() => true)),
    ),
  );
  if (choice.server === 'own') findTemporalCli({ env });
  refuseChangedKey(config, before);
  const planned = plannedCluster(config, choice, clusterFile, before, keptEpochs(config.state).at(-1));
  refuseKeylessTunnel(planned, before);
  mkdirSync(statePaths(config.state).run, { recursive: true, mode: 0o700 });
  const owner = ensureIdentity(config.state, config.cluster);
  makePrivate(config.state, statePaths(config.state).privateFolders);
  ensureKey(config);
  await refuseForeignNamespace(planned, owner, { isFirst: before === undefined, env });
  const configChanged = before?.configEpoch !== planned.configEpoch;
  const asked = await askStatus(config.state);
  if (asked.type === 'silent') throw launcherHangs(config.state, clusterFile);
  // A `down` of an older release, or one whose lock the disk refused, holds the socket.
  if (asked.type === 'ending') throw launcherEnds(config, clusterFile);
  const records = liveRecords(config.state);
  const live = records.map(({ pid }) => pid);
  if (choice.server === 'own' && !records.some(({ name }) => name === 'server')) refuseUnreadableDatabase(config, clusterFile);
  const report = (status: LauncherStatus, adopted: boolean): UpReport => ({
    adopted,
    adoptedProcesses: status.processes.filter(({ pid }) => live.includes(pid)).map(({ name }) => name),
    configChanged,
    configEpoch: planned.configEpoch,
    cluster: config.cluster,
    state: config.state,
    launcherPid: status.pid,
    processes: status.processes,
    temporalAddress: planned.temporalAddress,
    ...given({ temporalUi: planned.temporalUi }),
    http: `http://${config.http.host}:${config.http.port}`,
    elapsedMs: Math.round(performance.now() - bornMs),
  });
  if (!configChanged && canonicalJson(before) !== canonicalJson(planned)) writeRunningCluster(planned);
  // After an `up` that was interrupted, a launcher can have an older configuration than the file.
  const isCurrent = asked.type === 'answer' && asked.reply.configEpoch === planned.configEpoch;
  if (isCurrent && !isOfOtherRelease(asked.reply.pid, distFolderOf(options))) {
    keepPlanned(planned, clusterText, undefined);
    return report(await waitUntilRunning(config, options), true);
  }

  checkSecrets(config, env);
  await refusePayloads(config);
  await checkPorts(plannedPorts(config, choice.server), new Set(live));
  if (before !== undefined) {
    options.onLeaving?.(leaving(config, before.config));
    options.onLeavingPipelines?.(readLeavingPipelines(before.config, config));
  }
  const news = configChanged && before !== undefined ? newsOf(before, planned, config.state, owner) : undefined;
  if (news !== undefined) options.onChanges?.(news);
  // A disk that refuses the configuration must do so while the old launcher still watches the processes.
  if (configChanged || before === undefined) writeRunningCluster(planned);
  if (asked.type === 'answer') await askLauncher(config.state, 'leave', launcherLimits.leaveMsMax);
  // A launcher that had not ended its start can have written its own configuration meanwhile.
  if (readRunningCluster(config.state)?.configEpoch !== planned.configEpoch) writeRunningCluster(planned);
  if (news !== undefined) spoolConfig(planned, news);
  keepPlanned(planned, clusterText, news);
  if (options.foreground !== undefined) return inForeground(config, options, options.foreground, (status) => report(status, false));
  const launcherLogFrom = logEnd(config.state, 'launcher');
  const exitCode = startLauncher(config, distFolderOf(options), env);
  try {
    return report(
      await waitUntilRunning(config, { ...options, exitCode, launcherLogFrom, proxyWords: throughProxy(planned.temporalAddress, env) }),
      false,
    );
  } catch (error) {
    if (live.length === 0) await down({ state: config.state }).catch(() => {});
    throw error;
  }
}

const leaving = (config: ClusterConfig, before: ClusterConfig): readonly LeavingNode[] =>
  readLeaving(
    config.state,
    before.nodes.flatMap(({ id }) => (config.nodes.some((node) => node.id === id) ? [] : [id])),
  );

const here = fileURLToPath(new URL('.', import.meta.url));
const launcherProgram = join('workers', 'launcher', 'main.js');
const distFolderOf = ({ distFolder }: LauncherUpOptions): string => distFolder ?? join(here, '..', '..');

/**
 * True when the launcher with this pid runs from another folder than this release. It then makes way: its successor restarts the workers with this
 * release's code, and adopts the server. A launcher that is part of another program, such as a test, has no program file of its own.
 */
const isOfOtherRelease = (pid: number, distFolder: string): boolean =>
  commandOf(pid).some((word) => word.endsWith(launcherProgram) && word !== join(distFolder, launcherProgram));

/** Starts the launcher in a session of its own. The returned function returns the launcher's exit code, or undefined while the launcher lives. */
function startLauncher(config: ClusterConfig, distFolder: string, env: NonNullable<LauncherUpOptions['env']>): () => number | null | undefined {
  const log = openLog(config.state, 'launcher');
  try {
    let exitCode: number | null | undefined;
    const child = spawn(process.execPath, ['--enable-source-maps', join(distFolder, launcherProgram), '--state', config.state], {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: config.state,
      env: { ...env, RINGMASTER_STATE: config.state, RINGMASTER_MARK: markOf(ensureIdentity(config.state, config.cluster).id, 'launcher') },
    });
    child.once('exit', (code) => (exitCode = code));
    child.once('error', () => (exitCode = null));
    child.unref();
    return () => exitCode;
  } finally {
    closeSync(log);
  }
}

async function inForeground(
  config: ClusterConfig,
  options: LauncherUpOptions,
  { log, onRunning }: NonNullable<LauncherUpOptions['foreground']>,
  report: (status: LauncherStatus) => UpReport,
): Promise<UpReport> {
  let last: UpReport | undefined;
  let ended = false;
  const running = runLauncher({ state: config.state, workersFolder: join(distFolderOf(options), 'workers'), log }).finally(() => (ended = true));
  const watched = (async () => {
    await until(launcherLimits.foregroundSocketMsMax, async () => ended || (await askStatus(config.state)).type === 'answer');
    if (ended) return;
    last = report(await waitUntilRunning(config, options));
    onRunning(last);
  })();
  // A launcher in the foreground logs why a child fails and starts the child again. So only the end of the launcher itself is a failure here.
  watched.catch((error: unknown) => log.error({ error: errorText(error) }, 'not up yet'));
  const code = await running;
  if (code !== launcherExit.stopped) throw notUp(config, 'launcher', `its launcher ended with exit code ${code}`);
  return last ?? report({ pid: process.pid, cluster: config.cluster, state: config.state, configEpoch: 0, phase: 'stopping', processes: [] });
}

const launcherEnds = ({ cluster, state }: ClusterConfig, clusterFile: string): RingmasterError =>
  new RingmasterError('server.stopping', {
    cannot: `start cluster ${cluster}`,
    because: `\`ringmaster down\` is at work on ${state}`,
    hint: { say: 'again when that has ended', run: upCommand(clusterFile) },
    fields: { state },
  });

const launcherHangs = (state: string, clusterFile: string): RingmasterError =>
  new RingmasterError('server.unavailable', {
    cannot: 'talk to the launcher',
    because: `the launcher that runs on ${state} does not answer`,
    hint: { say: `${downCommand(state)}, which ends it, then ${upCommand(clusterFile)}` },
    fields: { state },
  });
