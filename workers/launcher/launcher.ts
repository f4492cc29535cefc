/**
 * The launcher's life: take the socket → prepare the practice nodes → start or adopt each process when what it needs is there → watch the processes → on the command
 * `stop`, SIGTERM or SIGINT, stop all of them in reverse order. The launcher has no state of its own: after a SIGKILL of the launcher its children
 * live on, and the next launcher adopts them. systemd stops a service with SIGTERM, so SIGTERM stops the children, in the foreground too. Only
 * SIGKILL and the command `leave` spare the children.
 */
import { mkdirSync } from 'node:fs';
import { canonicalJson } from '../../src/base/canonical-json.ts';
import { given } from '../../src/base/given.ts';
import { ensureIdentity } from '../../src/config/cluster-identity.ts';
import { requireRunningCluster, writeRunningCluster } from '../../src/config/running-cluster.ts';
import type { ClusterIdentity } from '../../src/domain/cluster/cluster-identity.ts';
import type { RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { launcherLimits } from '../limits.ts';
import { limitOutput } from '../../src/telemetry/limit-output.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import type { ProcessView } from '../../src/domain/cluster/status.ts';
import { errorText } from '../../src/domain/failure/error.ts';
import { preparePracticeNodes } from '../../src/practice/practice-nodes.ts';
import { liveRecords, removeRecord } from '../../src/process/process-record.ts';
import { stopProcess } from '../../src/process/stop-process.ts';
import { spoolEvent } from '../../src/storage/event/event-spool.ts';
import { keepFilesPrivate } from '../../src/system/private.ts';
import type { Log } from '../../src/telemetry/log.ts';
import { findTemporalCli } from '../temporal-server/find-server.ts';
import { prepareServer } from '../temporal-server/prepare-server.ts';
import { isWorker, processTable, stopGraceMsOf, type ProcessEntry } from './child/process-table.ts';
import { startInOrder } from './child/start-in-order.ts';
import { supervise, type Supervised } from './child/supervise.ts';
import { keepKnown } from './keep-known.ts';
import { KeptFile } from './kept-file.ts';
import { removeRunFiles, writeLauncherIdentity, writeLauncherState } from './launcher-state.ts';
import { launcherExit, type LauncherPhase, type LauncherStatus } from './launcher-status.ts';
import { refuseRootLocal } from './refuse-root-local.ts';
import { removeSocket } from './socket/socket-path.ts';
import { takeSocket, type LauncherCommand } from './socket/take-socket.ts';
import { stopCluster, type StopReport } from './stop-cluster.ts';
import { whoAmI } from '../../src/system/who-am-i.ts';

export interface LauncherOptions {
  readonly state: string;
  /** The folder that holds `ledger/main.js`, `gateway/main.js` and `control/main.js`. */
  readonly workersFolder: string;
  readonly log: Log;
}

/** Runs a launcher to its end and returns its exit code. */
export async function runLauncher(options: LauncherOptions): Promise<number> {
  const { state, log } = options;
  mkdirSync(statePaths(state).run, { recursive: true, mode: 0o700 });
  keepFilesPrivate();
  const launcher = new Launcher(options);
  const socket = await takeSocket(state, launcher.handle);
  if (socket === undefined) {
    log.warn({ state }, 'another launcher runs on this state folder');
    return launcherExit.alreadyRuns;
  }
  const identity = new KeptFile(statePaths(state).launcherIdentity, log, () => writeLauncherIdentity(state));
  identity.put();
  const stopKeeping = keepKnown(state);
  const onSignal = (name: NodeJS.Signals): void => {
    log.info({ signal: name }, 'asked to stop');
    launcher.end('stop').catch((error: unknown) => log.error({ error: errorText(error) }, 'stopping failed'));
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  try {
    return await launcher.run();
  } finally {
    process.off('SIGTERM', onSignal);
    process.off('SIGINT', onSignal);
    stopKeeping();
    identity.close();
    await socket.close();
    removeSocket(state);
  }
}

class Launcher {
  readonly #options: LauncherOptions;
  readonly #bornMs = Date.now();
  readonly #finished: Promise<number>;
  #finish: (exitCode: number) => void = () => {};
  #running: RunningCluster;
  readonly #owner: ClusterIdentity;
  #phase: LauncherPhase = 'preparing';
  #table: readonly ProcessEntry[] = [];
  readonly #supervised: Supervised[] = [];
  #startup: Promise<void> = Promise.resolve();
  #ending: Promise<StopReport | undefined> | undefined;
  readonly #shown: KeptFile;

  constructor(options: LauncherOptions) {
    this.#options = options;
    this.#running = requireRunningCluster(options.state);
    this.#owner = ensureIdentity(options.state, this.#running.config.cluster);
    refuseRootLocal(this.#running.config);
    this.#finished = new Promise((resolve) => (this.#finish = resolve));
    const { launcherState } = statePaths(options.state);
    this.#shown = new KeptFile(launcherState, options.log, () => writeLauncherState(options.state, this.#views()));
  }

  /** Starts everything, and returns the exit code when the launcher has ended. */
  run(): Promise<number> {
    this.#startup = this.#start();
    this.#startup.catch((error: unknown) => {
      if (this.#ending !== undefined) return;
      this.#options.log.error({ error: errorText(error) }, 'the launcher cannot go on');
      this.#finish(launcherExit.failed);
    });
    return this.#finished;
  }

  handle = async (command: LauncherCommand): Promise<unknown> => {
    if (command === 'stop') return this.end('stop');
    if (command === 'leave') return this.end('leave').then(() => ({ left: true }));
    return {
      pid: process.pid,
      cluster: this.#running.config.cluster,
      state: this.#options.state,
      configEpoch: this.#running.configEpoch,
      phase: this.#phase,
      processes: this.#views(),
      ...given({ fileFailure: this.#shown.failure }),
    } satisfies LauncherStatus;
  };

  /** Ends the launcher, and also its children if `children` is `stop`. A second call waits for the first. */
  end(children: 'stop' | 'leave'): Promise<StopReport | undefined> {
    this.#ending ??= this.#endOnce(children).finally(() => setImmediate(() => this.#finish(launcherExit.stopped)));
    return this.#ending;
  }

  async #endOnce(children: 'stop' | 'leave'): Promise<StopReport | undefined> {
    const { state, log } = this.#options;
    this.#phase = 'stopping';
    log.info({ children }, 'the launcher ends');
    await Promise.all(this.#supervised.map((one) => one.leave()));
    await this.#startup.catch(() => {});
    this.#shown.close();
    if (children === 'leave') return undefined;
    const report = await stopCluster({ state, running: this.#running, owner: this.#owner, log });
    removeRunFiles(state);
    return report;
  }

  async #start(): Promise<void> {
    const { state, workersFolder, log } = this.#options;
    const isOver = (): boolean => this.#phase === 'stopping';
    const { running, sshds } = await preparePracticeNodes(this.#running, this.#owner, log);
    if (isOver()) return;
    if (canonicalJson(running) !== canonicalJson(this.#running)) writeRunningCluster(running);
    this.#running = running;
    this.#table = processTable({ running, workersFolder, sshds, ...temporalCliFor(running) });
    // Our own workers limit their output themselves (`openLogs`). Two processes that did it at the same time would lose a part.
    const outputs = this.#table.filter(({ name }) => !isWorker(name)).map(({ name }) => statePaths(state).log(name));
    setInterval(() => outputs.forEach((file) => limitOutput(file)), launcherLimits.outputLookMs).unref();
    await stopUnlisted(state, this.#table, log);
    this.#phase = isOver() ? 'stopping' : 'starting';
    const onChange = (): void => void this.#shown.put();
    onChange();
    const start = (entry: ProcessEntry): Supervised | undefined => {
      if (isOver()) return undefined;
      const one = supervise({ entry, running, owner: this.#owner, log, onChange });
      this.#supervised.push(one);
      return one;
    };
    const prepared = running.temporalEmbedded ? undefined : prepareServer(running, this.#owner, isOver, log);
    const others = new Map(prepared && [['server', { started: prepared, ready: prepared, settled: prepared }]]);
    await startInOrder(this.#table, start, others, (line) => log.warn(line));
    if (isOver()) return;
    this.#phase = 'running';
    const { config, configEpoch } = running;
    const views = this.#views();
    const without = views.filter((one) => one.state !== 'running').map(({ name }) => name);
    const started = { cluster: config.cluster, processes: views.length - without.length, configEpoch, ...(without.length === 0 ? {} : { without }) };
    spoolEvent(state, 'CLUSTER_STARTED', started, { atMs: Date.now(), actor: whoAmI(process.env) });
    log.info({ processes: started.processes, without }, 'the cluster has started');
  }

  #views(): readonly ProcessView[] {
    const notStarted = { pid: 0, state: 'stopped', restarts: 0, sinceMs: this.#bornMs } as const;
    return this.#table.map(({ name }) => this.#supervised.find(({ entry }) => entry.name === name)?.view() ?? { name, ...notStarted });
  }
}

const temporalCliFor = (running: RunningCluster): { readonly temporalCli?: string } =>
  running.temporalEmbedded ? { temporalCli: findTemporalCli().executable } : {};

/** Stops the recorded processes that the table does not list, for example the sshd of a node that is no longer in the cluster file. */
async function stopUnlisted(state: string, table: readonly ProcessEntry[], log: Log): Promise<void> {
  for (const record of liveRecords(state)) {
    if (table.some(({ name }) => name === record.name)) continue;
    log.info({ process: record.name, pid: record.pid }, 'ends a process that is no longer in the configuration');
    await stopProcess(record, stopGraceMsOf(record.name));
    removeRecord(state, record.name);
  }
}
