/**
 * Stops a cluster from its records, with or without a launcher, in this order: control, gateway and ledger; everything of ours on every node; the
 * server; the practice sshds. Each process receives TERM, has its grace, and then receives KILL, and is always identified by pid and start time. A
 * node that cannot be reached is reported by name and not waited for. These files are kept: `run/cluster.json` (which contains the epoch of the
 * configuration), the ledgers, the logs and the files on nodes.
 */
import type { ClusterIdentity } from '../../src/domain/cluster/cluster-identity.ts';
import type { RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { isSshd, sshdName } from '../../src/domain/cluster/start-order.ts';
import { errorText } from '../../src/domain/failure/error.ts';
import { findMarked } from '../../src/process/find-marked.ts';
import { childrenOf, isAlive } from '../../src/process/process-identity.ts';
import { allRecords, readRecord, removeRecord, type ProcessRecord } from '../../src/process/process-record.ts';
import { startProcess } from '../../src/process/start-process.ts';
import { stopProcess, type StopOutcome } from '../../src/process/stop-process.ts';
import { spoolEvent } from '../../src/storage/event/event-spool.ts';
import { acceptsConnections } from '../../src/system/port.ts';
import { until } from '../../src/system/until.ts';
import type { Log } from '../../src/telemetry/log.ts';
import { closeLeftoverControls } from '../../src/transport/ssh/control-socket.ts';
import { launcherLimits } from '../limits.ts';
import { nodesRank, stopGraceMsOf, stopRank } from './child/process-table.ts';
import { stopNode, type NodeStop } from './stop-node.ts';
import { whoAmI } from '../../src/system/who-am-i.ts';

export interface StoppedProcess {
  readonly name: string;
  readonly pid: number;
  readonly how: StopOutcome;
}

export interface StopReport {
  readonly processes: readonly StoppedProcess[];
  readonly nodes: readonly NodeStop[];
  /** The number of ended processes of the cluster that had no record. */
  readonly strays: number;
}

export interface StopParts {
  readonly state: string;
  readonly running: RunningCluster;
  readonly owner: ClusterIdentity;
  readonly log: Log;
}

export async function stopCluster({ state, running, owner, log }: StopParts): Promise<StopReport> {
  const { nodes: nodeConfigs, daemons = [] } = running.config;
  const longestGraceMs = Math.max(0, ...daemons.map(({ stop }) => stop.graceMs));
  const records = allRecords(state);
  const isEarly = (name: string): boolean => stopRank(name) < nodesRank;
  const workers = await stopInOrder(
    state,
    records.filter(({ name }) => isEarly(name)),
    log,
  );
  const earlyStrays = await stopStrays(state, owner, isEarly);
  const revived = await reviveSshds(running, owner, log);
  const nodes = await Promise.all(nodeConfigs.map((node) => stopNode(owner, node, log, longestGraceMs)));
  const rest = records.filter(({ name }) => !isEarly(name) && !revived.some((one) => one.name === name));
  const others = await stopInOrder(state, [...rest, ...revived], log);
  await closeLeftoverControls(owner.id);
  const lateStrays = await stopStrays(state, owner, () => true);
  const unreached = nodes.flatMap((one) => ('unreachable' in one ? [one.node] : []));
  spoolEvent(state, 'CLUSTER_STOPPED', { cluster: running.config.cluster, unreached }, { atMs: Date.now(), actor: whoAmI(process.env) });
  return { processes: [...workers, ...others], nodes, strays: earlyStrays + lateStrays };
}

async function stopInOrder(state: string, records: readonly ProcessRecord[], log: Log): Promise<readonly StoppedProcess[]> {
  const stopped: StoppedProcess[] = [];
  for (const record of records.toSorted((a, b) => stopRank(a.name) - stopRank(b.name) || a.name.localeCompare(b.name))) {
    // The sessions of an sshd outlive the sshd. They can be found by their parent only while the sshd lives.
    const sessions = isSshd(record.name) && isAlive(record) ? childrenOf(record.pid) : [];
    const how = await stopProcess(record, stopGraceMsOf(record.name));
    await Promise.all(sessions.map((session) => stopProcess(session, launcherLimits.strayGraceMs)));
    stopped.push({ name: record.name, pid: record.pid, how });
    log.info({ process: record.name, pid: record.pid, how }, 'stopped');
    if (how !== 'stuck') removeRecord(state, record.name);
  }
  return stopped;
}

/**
 * Ends processes that were never recorded and processes that a killed process left behind (an rsync, an ssh). Returns how many processes it ended.
 */
async function stopStrays(state: string, owner: ClusterIdentity, isWanted: (name: string) => boolean): Promise<number> {
  const strays = findMarked(state, owner).filter(({ name }) => isWanted(name));
  await Promise.all(strays.map((stray) => stopProcess(stray, launcherLimits.strayGraceMs)));
  return strays.length;
}

/** Starts each practice node's sshd again if it has ended, so that the nodes' jobs can be reached. Returns the records of the new sshds. */
async function reviveSshds(running: RunningCluster, owner: ClusterIdentity, log: Log): Promise<readonly ProcessRecord[]> {
  const { state, nodes } = running.config;
  const revived: ProcessRecord[] = [];
  for (const { id, practice } of nodes) {
    const record = readRecord(state, sshdName(id));
    if (practice === undefined || record === undefined || isAlive(record)) continue;
    const { name, argv, restarts, configEpoch } = record;
    try {
      const started = await startProcess({ state, clusterId: owner.id, name, argv, restarts, configEpoch });
      revived.push(started.record);
      await until(launcherLimits.sshdStartMsMax, () => acceptsConnections(practice.port));
    } catch (error) {
      log.warn({ node: id, error: errorText(error) }, 'the sshd of the node cannot be started');
    }
  }
  return revived;
}
