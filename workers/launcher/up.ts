/**
 * `ringmaster up`: cluster file → everything runs. Checks all that can be checked before it starts anything: file, server, ports.
 * Run again it changes nothing and says so; with a changed file it raises the config epoch and a new launcher takes over: what the change does
 * not touch is adopted. When a first `up` fails, what it started is stopped again.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { canonicalJson } from '../../src/base/canonical-json.ts';
import { loadCluster } from '../../src/config/load-cluster.ts';
import { readRunningCluster, writeRunningCluster } from '../../src/config/running-cluster.ts';
import type { ProcessView } from '../../src/domain/cluster/status.ts';
import type { ClusterConfig, RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { errorText, RingmasterError } from '../../src/domain/failure/error.ts';
import type { Log } from '../../src/telemetry/log.ts';
import { checkPorts, type PortUse } from '../temporal-server/check-port.ts';
import { findServer, type FoundServer } from '../temporal-server/find-server.ts';
import { askStatus } from './ask-status.ts';
import { down } from './down.ts';
import { markOf } from '../../src/process/find-marked.ts';
import { lastLogLines, openLog } from '../../src/process/log-file.ts';
import { askLauncher } from './launcher-socket.ts';
import { launcherExit, runLauncher, type LauncherStatus } from './launcher.ts';
import { liveRecords } from '../../src/process/process-record.ts';
import { until } from '../../src/system/until.ts';

export interface UpOptions {
  readonly clusterFile: string;
  /** Be the launcher in this process: returns when it was stopped. */
  readonly foreground?: { readonly log: Log; readonly onRunning: (report: UpReport) => void };
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** `dist/`; default: where we run from. */
  readonly distFolder?: string;
  /** How long to wait until everything runs. */
  readonly limitMs?: number;
  /** Called at each change, for people who watch. */
  readonly onProgress?: (processes: readonly ProcessView[]) => void;
}

export interface UpReport {
  /** A launcher ran already, with this very configuration; nothing was started. */
  readonly adopted: boolean;
  /** Processes that ran before and still do. */
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

const upLimitMs = 60_000;
const leaveLimitMs = 20_000;

export async function up(options: UpOptions): Promise<UpReport> {
  const bornMs = performance.now();
  const { clusterFile, env = process.env } = options;
  const config = loadCluster(clusterFile);
  const found = findServer({ env });
  mkdirSync(statePaths(config.state).run, { recursive: true, mode: 0o700 });
  const before = readRunningCluster(config.state);
  const wanted = wantedCluster(config, found, clusterFile, before);
  const configChanged = before?.configEpoch !== wanted.configEpoch;
  const asked = await askStatus(config.state);
  if (asked.type === 'silent') throw launcherHangs(config.state);
  const report = (status: LauncherStatus, adopted: boolean, kept: readonly number[]): UpReport => ({
    adopted,
    adoptedProcesses: status.processes.filter(({ pid }) => kept.includes(pid)).map(({ name }) => name),
    configChanged,
    configEpoch: wanted.configEpoch,
    cluster: config.cluster,
    state: config.state,
    launcherPid: status.pid,
    processes: status.processes,
    temporalAddress: wanted.temporalAddress,
    ...(wanted.temporalUi === undefined ? {} : { temporalUi: wanted.temporalUi }),
    http: `http://${config.http.host}:${config.http.port}`,
    elapsedMs: Math.round(performance.now() - bornMs),
  });
  const live = liveRecords(config.state).map(({ pid }) => pid);
  if (asked.type === 'answer' && !configChanged) return report(await waitUntilRunning(config, options), true, live);

  await checkPorts(portsOf(config, found), new Set(live));
  if (asked.type === 'answer') await askLauncher(config.state, 'leave', leaveLimitMs);
  if (configChanged || before === undefined) writeRunningCluster(wanted);
  if (options.foreground !== undefined) return inForeground(config, options, options.foreground, (status) => report(status, false, live));
  const launcher = startLauncher(config, distFolderOf(options), env);
  try {
    return report(await waitUntilRunning(config, options, launcher), false, live);
  } catch (error) {
    if (live.length === 0) await down({ state: config.state }).catch(() => {});
    throw error;
  }
}

const here = fileURLToPath(new URL('.', import.meta.url));
const distFolderOf = ({ distFolder }: UpOptions): string => distFolder ?? join(here, '..', '..');

/** What cluster.json should say; the epoch grows with each change. Practice nodes keep the addresses the launcher has found for them. */
function wantedCluster(config: ClusterConfig, found: FoundServer, source: string, before: RunningCluster | undefined): RunningCluster {
  const embedded = found.type === 'embedded';
  const namespace = found.type === 'external' ? (found.namespace ?? config.temporal.namespace) : config.temporal.namespace;
  const wanted: Omit<RunningCluster, 'configEpoch'> = {
    config: { ...config, temporal: { ...config.temporal, namespace } },
    temporalAddress: embedded ? `127.0.0.1:${config.temporal.port}` : found.address,
    ...(embedded ? { temporalUi: `http://127.0.0.1:${config.temporal.uiPort}` } : {}),
    temporalEmbedded: embedded,
    source,
  };
  if (before !== undefined && comparable(before) === comparable(wanted)) return { ...before, source };
  return { ...wanted, configEpoch: (before?.configEpoch ?? 0) + 1 };
}

/** Without epoch, source and what the launcher fills in. */
function comparable({ config, temporalAddress, temporalEmbedded }: Omit<RunningCluster, 'configEpoch'>): string {
  const nodes = config.nodes.map((node) => (node.practice === undefined ? node : { ...node, connect: 'practice', folder: 'practice' }));
  return canonicalJson({ config: { ...config, nodes }, temporalAddress, temporalEmbedded });
}

const portsOf = (config: ClusterConfig, found: FoundServer): readonly PortUse[] => [
  ...(found.type === 'external'
    ? []
    : [
        { port: config.temporal.port, what: 'the Temporal server', change: 'temporal.port' },
        { port: config.temporal.uiPort, what: 'the Temporal UI', change: 'temporal.uiPort' },
        { port: config.temporal.metricsPort, what: "the Temporal server's metrics", change: 'temporal.metricsPort' },
      ]),
  { port: config.http.port, host: config.http.host, what: 'HTTP and the web page', change: 'http.port' },
  ...config.nodes.flatMap(({ id, practice }) =>
    practice === undefined ? [] : [{ port: practice.port, what: `the sshd of practice node ${id}`, change: `practice.port of node ${id}` }],
  ),
];

interface StartedLauncher {
  readonly exitCode: () => number | null | undefined;
}

function startLauncher(config: ClusterConfig, distFolder: string, env: NonNullable<UpOptions['env']>): StartedLauncher {
  const log = openLog(config.state, 'launcher');
  try {
    let exitCode: number | null | undefined;
    const child = spawn(process.execPath, ['--enable-source-maps', join(distFolder, 'workers', 'launcher', 'main.js'), '--state', config.state], {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: config.state,
      env: { ...env, RINGMASTER_STATE: config.state, RINGMASTER_MARK: markOf(config.cluster, 'launcher') },
    });
    child.once('exit', (code) => (exitCode = code));
    child.once('error', () => (exitCode = null));
    child.unref();
    return { exitCode: () => exitCode };
  } finally {
    closeSync(log);
  }
}

async function waitUntilRunning(
  config: ClusterConfig,
  { limitMs = upLimitMs, onProgress }: UpOptions,
  launcher?: StartedLauncher,
): Promise<LauncherStatus> {
  const deadline = performance.now() + limitMs;
  let last: LauncherStatus | undefined;
  let said = '';
  while (performance.now() < deadline) {
    const asked = await askStatus(config.state);
    if (asked.type === 'answer') {
      last = asked.reply;
      const now = JSON.stringify(last.processes);
      if (now !== said) onProgress?.(last.processes);
      said = now;
      if (last.phase === 'running' && last.processes.every(({ state }) => state === 'running')) return last;
      const failed = last.processes.find(({ state }) => state === 'failed');
      if (failed !== undefined) throw notUp(config, failed.name, `${failed.name} ended ${failed.restarts} times`);
    }
    // Exit 3: two `up` at once, and the other's launcher is the one.
    const code = launcher?.exitCode();
    if (code !== undefined && code !== launcherExit.alreadyRuns) throw notUp(config, 'launcher', `its launcher ended with exit code ${code}`);
    await sleep(50);
  }
  const waiting = last?.processes.find(({ state }) => state !== 'running');
  const name = waiting?.name ?? 'launcher';
  throw notUp(
    config,
    name,
    waiting === undefined ? `its launcher is still ${last?.phase ?? 'silent'}` : `${name} is not ready after ${limitMs / 1_000} s`,
  );
}

function notUp(config: ClusterConfig, name: string, because: string): RingmasterError {
  const lines = lastLogLines(config.state, name);
  return new RingmasterError('server.unavailable', {
    cannot: `bring up cluster ${config.cluster}`,
    because,
    hint: {
      say: `what its log says, ${statePaths(config.state).log(name)}:${lines.length === 0 ? ' (empty)' : lines.map((line) => `\n  ${line}`).join('')}`,
    },
    fields: { process: name, log: statePaths(config.state).log(name) },
  });
}

const launcherHangs = (state: string): RingmasterError =>
  new RingmasterError('server.unavailable', {
    cannot: 'talk to the launcher',
    because: `the one that runs on ${state} does not answer`,
    hint: { say: 'ringmaster down, which ends it, then ringmaster up' },
    fields: { state },
  });

async function inForeground(
  config: ClusterConfig,
  options: UpOptions,
  { log, onRunning }: NonNullable<UpOptions['foreground']>,
  report: (status: LauncherStatus) => UpReport,
): Promise<UpReport> {
  let last: UpReport | undefined;
  let ended = false;
  const running = runLauncher({ state: config.state, workersFolder: join(distFolderOf(options), 'workers'), log }).finally(() => (ended = true));
  const watched = (async () => {
    await until(1_000, async () => ended || (await askStatus(config.state)).type === 'answer');
    if (ended) return;
    last = report(await waitUntilRunning(config, options));
    onRunning(last);
  })();
  // A launcher in the foreground goes on trying, and says so in its log; only its own end is a failure here.
  watched.catch((error: unknown) => log.error({ error: errorText(error) }, 'not up yet'));
  const code = await running;
  if (code !== launcherExit.stopped) throw notUp(config, 'launcher', `its launcher ended with exit code ${code}`);
  return last ?? report({ pid: process.pid, cluster: config.cluster, state: config.state, configEpoch: 0, phase: 'stopping', processes: [] });
}
