/**
 * The launcher's life: take the socket → prepare practice nodes → start or adopt each process in order → watch → on `stop`, SIGTERM or SIGINT stop
 * all in reverse order. It holds no state of its own: killed, its children live on, and the next one adopts them. systemd's stop is SIGTERM, so
 * SIGTERM means stop with and without `--foreground`; only SIGKILL and the command `leave` spare the children.
 */
import { mkdirSync } from 'node:fs';
import type { ProcessView } from '../../src/domain/cluster/status.ts';
import type { RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { errorText, RingmasterError } from '../../src/domain/failure/error.ts';
import { requireRunningCluster, writeRunningCluster } from '../../src/config/running-cluster.ts';
import type { Log } from '../../src/telemetry/log.ts';
import { findServer } from '../temporal-server/find-server.ts';
import { prepareServer } from './child/become-ready.ts';
import { removeSocket, takeSocket, type LauncherCommand } from './launcher-socket.ts';
import { writeLauncherIdentity, writeLauncherState } from './launcher-state.ts';
import { preparePracticeNodes } from '../../src/practice/practice-nodes.ts';
import { liveRecords, removeRecord } from '../../src/process/process-record.ts';
import { processTable, stopGraceMsOf, type ProcessEntry } from './child/process-table.ts';
import { removeRunFiles, stopCluster, type StopReport } from './stop-cluster.ts';
import { stopProcess } from '../../src/process/stop-process.ts';
import { supervise, type Supervised } from './child/supervise.ts';

export type LauncherPhase = 'preparing' | 'starting' | 'running' | 'stopping';

export interface LauncherStatus {
  readonly pid: number;
  readonly cluster: string;
  readonly state: string;
  readonly configEpoch: number;
  readonly phase: LauncherPhase;
  readonly processes: readonly ProcessView[];
}

export interface LauncherOptions {
  readonly state: string;
  /** Folder that holds `ledger/main.js`, `gateway/main.js`, `control/main.js`. */
  readonly workersFolder: string;
  readonly log: Log;
}

export const launcherExit = { stopped: 0, failed: 1, alreadyRuns: 3 } as const;

export async function runLauncher({ state, workersFolder, log }: LauncherOptions): Promise<number> {
  mkdirSync(statePaths(state).run, { recursive: true, mode: 0o700 });
  let running = requireRunningCluster(state);
  let phase: LauncherPhase = 'preparing';
  let table: readonly ProcessEntry[] = [];
  const supervised: Supervised[] = [];
  const views = (): readonly ProcessView[] =>
    table.map(
      ({ name }) => supervised.find(({ entry }) => entry.name === name)?.view() ?? { name, pid: 0, state: 'stopped', restarts: 0, sinceMs: bornMs },
    );
  const bornMs = Date.now();
  const changed = (): void => writeLauncherState(state, views());
  const over = () => phase === 'stopping';

  let finish: (code: number) => void = () => {};
  const finished = new Promise<number>((resolve) => (finish = resolve));
  let ending: Promise<StopReport | undefined> | undefined;
  const end = (children: 'stop' | 'leave'): Promise<StopReport | undefined> =>
    (ending ??= (async () => {
      phase = 'stopping';
      log.info({ children }, 'the launcher ends');
      await Promise.all(supervised.map((one) => one.leave()));
      await startup.catch(() => {});
      if (children === 'leave') return undefined;
      const report = await stopCluster({ state, running, log });
      removeRunFiles(state);
      return report;
    })().finally(() => setImmediate(() => finish(launcherExit.stopped))));

  const handle = async (command: LauncherCommand): Promise<unknown> => {
    if (command === 'stop') return end('stop');
    if (command === 'leave') return end('leave').then(() => ({ left: true }));
    return {
      pid: process.pid,
      cluster: running.config.cluster,
      state,
      configEpoch: running.configEpoch,
      phase,
      processes: views(),
    } satisfies LauncherStatus;
  };

  let startup: Promise<void> = Promise.resolve();
  const socket = await takeSocket(state, handle);
  if (socket === undefined) {
    log.warn({ state }, 'another launcher runs on this state folder');
    return launcherExit.alreadyRuns;
  }
  writeLauncherIdentity(state);
  const onSignal = (name: NodeJS.Signals): void => {
    log.info({ signal: name }, 'asked to stop');
    end('stop').catch((error: unknown) => log.error({ error: String(error) }, 'stopping failed'));
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);

  const start = async (): Promise<void> => {
    const practice = await preparePracticeNodes(running, log);
    if (over()) return;
    running = practice.running;
    writeRunningCluster(running);
    table = processTable({ running, workersFolder, sshds: practice.sshds, ...temporalCliFor(running) });
    await stopStrangers(state, table, log);
    phase = over() ? 'stopping' : 'starting';
    changed();
    for (const entry of table) {
      if (over()) return;
      if (!running.temporalEmbedded && entry.name === 'ledger') await prepareServer(running, over, log);
      const one = supervise({ entry, running, log, changed });
      supervised.push(one);
      await one.ready;
    }
    if (over()) return;
    phase = 'running';
    log.info({ processes: table.length }, 'everything runs');
  };
  startup = start();
  startup.catch((error: unknown) => {
    if (ending !== undefined) return;
    log.error({ error: errorText(error) }, 'the launcher cannot go on');
    finish(launcherExit.failed);
  });

  try {
    return await finished;
  } finally {
    process.off('SIGTERM', onSignal);
    process.off('SIGINT', onSignal);
    await socket.close();
    removeSocket(state);
  }
}

function temporalCliFor(running: RunningCluster): { readonly temporalCli?: string } {
  if (!running.temporalEmbedded) return {};
  const found = findServer();
  if (found.type === 'embedded') return { temporalCli: found.executable };
  throw new RingmasterError('config.invalid', {
    cannot: `run the Temporal server of cluster ${running.config.cluster}`,
    because: `TEMPORAL_ADDRESS or a Temporal profile now names ${found.address}`,
    hint: { say: 'ringmaster down, then ringmaster up' },
    fields: { address: found.address },
  });
}

/** Recorded processes that the table has no more: the sshd of a node that left the cluster file. */
async function stopStrangers(state: string, table: readonly ProcessEntry[], log: Log): Promise<void> {
  for (const record of liveRecords(state)) {
    if (table.some(({ name }) => name === record.name)) continue;
    log.info({ process: record.name, pid: record.pid }, 'ends a process that the configuration has no more');
    await stopProcess(record, stopGraceMsOf(record.name));
    removeRecord(state, record.name);
  }
}
