/**
 * Stops a cluster from its records, with or without a launcher: control, gateway, ledger; then everything of ours on every node; then the
 * server; then the practice sshds. TERM, grace, KILL, always by pid and start time. What cannot be reached is reported by name, not waited for.
 * Keeps `run/cluster.json` (it carries the configuration's epoch), ledgers, logs and what is on the nodes.
 */
import { readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeConfig, RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import type { Log } from '../../src/telemetry/log.ts';
import { closeLeftoverControls } from '../../src/transport/ssh/control-socket.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { acceptsConnections } from '../../src/system/port.ts';
import { until } from '../../src/system/until.ts';
import { findMarked } from '../../src/process/find-marked.ts';
import { childrenOf, isAlive } from '../../src/process/process-identity.ts';
import { allRecords, readRecord, removeRecord, type ProcessRecord } from '../../src/process/process-record.ts';
import { nodesRank, sshdName, stopGraceMsOf, stopRank } from './child/process-table.ts';
import { startProcess } from '../../src/process/start-process.ts';
import { stopProcess } from '../../src/process/stop-process.ts';
import { errorText } from '../../src/domain/failure/error.ts';

export interface StopReport {
  readonly processes: readonly { readonly name: string; readonly pid: number; readonly how: 'was-gone' | 'stopped' | 'killed' | 'stuck' }[];
  readonly nodes: readonly NodeStop[];
  /** Processes of our own that were found without a record, and ended. */
  readonly strays: number;
}

export type NodeStop = { readonly node: string; readonly stopped: number } | { readonly node: string; readonly unreachable: string };

const jobGraceMs = 3_000;
const nodeLimitMs = 15_000;
const strayGraceMs = 2_000;

export interface StopParts {
  readonly state: string;
  readonly running: RunningCluster;
  readonly log: Log;
}

export async function stopCluster({ state, running, log }: StopParts): Promise<StopReport> {
  const records = allRecords(state).toSorted((a, b) => stopRank(a.name) - stopRank(b.name) || a.name.localeCompare(b.name));
  const workers = await stopAll(
    state,
    records.filter(({ name }) => stopRank(name) < nodesRank),
    log,
  );
  const early = await stopStrays(state, running.config.cluster, (mark) => stopRank(nameIn(mark)) < nodesRank);
  const revived = await reviveSshds(running, log);
  const nodes = await Promise.all(running.config.nodes.map((node) => stopNode(running, node, log)));
  const rest = [...records.filter(({ name }) => stopRank(name) >= nodesRank && !revived.some((one) => one.name === name)), ...revived];
  const others = await stopAll(
    state,
    rest.toSorted((a, b) => stopRank(a.name) - stopRank(b.name)),
    log,
  );
  await closeLeftoverControls(running.config.cluster);
  const late = await stopStrays(state, running.config.cluster, () => true);
  return { processes: [...workers, ...others], nodes, strays: early + late };
}

async function stopAll(state: string, records: readonly ProcessRecord[], log: Log): Promise<StopReport['processes']> {
  const report: { name: string; pid: number; how: 'was-gone' | 'stopped' | 'killed' | 'stuck' }[] = [];
  for (const record of records) {
    // An sshd's sessions outlive it; they are known by their parent only while it lives.
    const sessions = record.name.startsWith('sshd-') && isAlive(record) ? childrenOf(record.pid) : [];
    const how = await stopProcess(record, stopGraceMsOf(record.name));
    await Promise.all(sessions.map((session) => stopProcess(session, strayGraceMs)));
    report.push({ name: record.name, pid: record.pid, how });
    log.info({ process: record.name, pid: record.pid, how }, 'stopped');
    if (how !== 'stuck') removeRecord(state, record.name);
  }
  return report;
}

const nameIn = (mark: string): string => mark.slice(mark.lastIndexOf('/') + 1);

/** What a killed process left behind (an rsync, an ssh), or what was never recorded. Not ourselves: `findMarked` leaves us out. */
async function stopStrays(state: string, cluster: string, wanted: (mark: string) => boolean): Promise<number> {
  const strays = findMarked(state, cluster).filter(({ mark }) => wanted(mark));
  await Promise.all(strays.map((stray) => stopProcess(stray, strayGraceMs)));
  return strays.length;
}

/** Practice nodes are this machine: when their sshd has ended we can still start it again, and reach their jobs. */
async function reviveSshds(running: RunningCluster, log: Log): Promise<readonly ProcessRecord[]> {
  const { state, cluster, nodes } = running.config;
  const revived: ProcessRecord[] = [];
  for (const { id, practice } of nodes) {
    const record = readRecord(state, sshdName(id));
    if (practice === undefined || record === undefined || isAlive(record)) continue;
    try {
      const started = await startProcess({
        state,
        cluster,
        name: record.name,
        argv: record.argv,
        restarts: record.restarts,
        configEpoch: record.configEpoch,
      });
      revived.push(started.record);
      await until(3_000, () => acceptsConnections(practice.port));
    } catch (error) {
      log.warn({ node: id, error: errorText(error) }, 'its sshd cannot be started');
    }
  }
  return revived;
}

async function stopNode({ config }: RunningCluster, node: NodeConfig, log: Log): Promise<NodeStop> {
  try {
    const machine = openMachine({ node: node.id, cluster: config.cluster, folder: node.folder, connect: node.connect });
    try {
      const { stopped } = await withLimit(machine.stopAll(jobGraceMs), nodeLimitMs, `no answer in ${nodeLimitMs / 1_000} s`);
      log.info({ node: node.id, stopped }, 'stopped everything of ours on the node');
      return { node: node.id, stopped };
    } finally {
      await Promise.race([machine.close(), sleep(1_000)]);
    }
  } catch (error) {
    const unreachable = errorText(error);
    log.warn({ node: node.id, error: unreachable }, 'cannot stop what runs on the node');
    return { node: node.id, unreachable };
  }
}

async function withLimit<Answer>(work: Promise<Answer>, limitMs: number, message: string): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new Error(message)), limitMs)));
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {}); // answered already
  }
}

/** After everything has stopped. The socket is its holder's to remove. */
export function removeRunFiles(state: string): void {
  const { run, launcherState, launcherIdentity } = statePaths(state);
  const named = [launcherState, launcherIdentity].map((path) => basename(path));
  for (const file of readdirSync(run)) {
    if (file.endsWith('.ready') || file.endsWith('.tmp') || named.includes(file)) rmSync(join(run, file), { force: true });
  }
}
