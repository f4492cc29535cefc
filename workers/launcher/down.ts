/**
 * `ringmaster down` stops everything of a cluster, through the cluster's launcher or, when there is no launcher, from the records. Afterwards no
 * process of ours runs here or on a node that could be reached, no port is open, and of the run files only cluster.json is left. Files on nodes stay.
 * `purge` also clears the folders of the nodes that can be reached, and removes the practice nodes with their users, homes and keys, and the state
 * folder. It removes only what is ours.
 */
import { existsSync } from 'node:fs';
import { ensureIdentity } from '../../src/config/cluster-identity.ts';
import { readRunningCluster } from '../../src/config/running-cluster.ts';
import type { RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { downCommand } from '../../src/domain/cluster/own-command.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { purgePracticeNodes } from '../../src/practice/practice-nodes.ts';
import { identify, isAlive } from '../../src/process/process-identity.ts';
import { stopProcess } from '../../src/process/stop-process.ts';
import { until } from '../../src/system/until.ts';
import { type Log, silentLog } from '../../src/telemetry/log.ts';
import { launcherLimits } from '../limits.ts';
import { holdingDownLock } from './down-lock.ts';
import { launcherIdentity, removeRunFiles } from './launcher-state.ts';
import { refuseOtherPlace } from './place/settle-place.ts';
import { type NodePurge, purgeNodes } from './purge-nodes.ts';
import { purgeState } from './purge-state.ts';
import { askLauncher, askStatus } from './socket/ask-launcher.ts';
import { removeSocket } from './socket/socket-path.ts';
import { takeSocket, type HeldSocket } from './socket/take-socket.ts';
import { stopCluster, type StopReport } from './stop-cluster.ts';

export interface DownOptions {
  readonly state: string;
  readonly purge?: boolean;
  readonly log?: Log;
}

export interface DownReport extends StopReport {
  /** False when no cluster was ever started with this state folder. */
  readonly found: boolean;
  readonly through: 'launcher' | 'records';
  /** The practice nodes that were removed. */
  readonly purged: readonly string[];
  /** The folders of the other nodes, and whether a purge cleared them. */
  readonly nodeFolders: readonly NodePurge[];
  /** The namespace of a server that is not ours, after a purge. It keeps the workflows and the id of the cluster. */
  readonly namespaceKept?: string;
  /** The paths in the state folder that stay after a purge, because Ringmaster did not make them. */
  readonly left: readonly string[];
}

export async function down({ state, purge = false, log = silentLog() }: DownOptions): Promise<DownReport> {
  refuseOtherPlace(state);
  return holdingDownLock(state, () => stopAndPurge(state, purge, log));
}

async function stopAndPurge(state: string, purge: boolean, log: Log): Promise<DownReport> {
  const running = existsSync(statePaths(state).run) ? readRunningCluster(state) : undefined;
  if (running === undefined) return { found: false, through: 'records', processes: [], nodes: [], strays: 0, ...nothingPurged };
  const stopped = (await stopThroughLauncher(state)) ?? (await stopFromRecords(state, running, log));
  if (!purge) return { found: true, ...stopped, ...nothingPurged };
  const last = readRunningCluster(state) ?? running;
  const nodeFolders = await purgeNodes(state, last, ensureIdentity(state, last.config.cluster), log);
  const purged = await purgePracticeNodes(last, log);
  const namespaceKept = last.temporalEmbedded ? {} : { namespaceKept: `${last.config.temporal.namespace} at ${last.temporalAddress}` };
  return { found: true, ...stopped, purged, nodeFolders, left: purgeState(state), ...namespaceKept };
}

const nothingPurged = { purged: [], nodeFolders: [], left: [] } as const;

type Stopped = StopReport & { readonly through: DownReport['through'] };

/**
 * Asks the launcher to stop the cluster. Returns undefined when there is no launcher, or when the launcher died, hung or failed before the cluster
 * was stopped. The caller then stops the rest of the cluster from its records.
 */
async function stopThroughLauncher(state: string): Promise<Stopped | undefined> {
  const status = await askStatus(state);
  if (status.type === 'absent' || status.type === 'ending') return undefined;
  if (status.type === 'silent') {
    await endHungLauncher(state);
    return undefined;
  }
  const launcher = identify(status.reply.pid);
  const asked = await askLauncher<StopReport & { readonly error?: string }>(state, 'stop', launcherLimits.stopMsMax);
  if (asked.type !== 'answer' || asked.reply.error !== undefined || asked.reply.processes === undefined) {
    if (asked.type !== 'absent') await endHungLauncher(state);
    return undefined;
  }
  // The launcher replies just before its end. When the launcher runs in the foreground, it can be this very process, which must not wait for its own
  // end.
  if (launcher !== undefined && launcher.pid !== process.pid) await until(launcherLimits.launcherEndMsMax, () => !isAlive(launcher));
  return { ...asked.reply, through: 'launcher' };
}

async function endHungLauncher(state: string): Promise<void> {
  const launcher = launcherIdentity(state);
  // A launcher that hangs does not react to TERM, so it gets no grace.
  if (launcher !== undefined) await stopProcess(launcher, 0);
}

/** Stops the cluster from its records. Holds the launcher's socket meanwhile, so that no `up` starts what is being stopped. */
async function stopFromRecords(state: string, running: RunningCluster, log: Log): Promise<Stopped> {
  const socket = await holdSocket(state);
  try {
    const report = await stopCluster({ state, running, owner: ensureIdentity(state, running.config.cluster), log });
    removeRunFiles(state);
    return { ...report, through: 'records' };
  } finally {
    await socket.close();
    removeSocket(state);
  }
}

async function holdSocket(state: string): Promise<HeldSocket> {
  let held: HeldSocket | undefined;
  const refuse = () => Promise.reject(new Error('`ringmaster down` is at work; try again when it is done'));
  // Just after KILL the kernel may still accept connections for the dead launcher.
  const isHeld = await until(launcherLimits.takeSocketMsMax, async () => (held = await takeSocket(state, refuse)) !== undefined);
  if (isHeld && held !== undefined) return held;
  throw new RingmasterError('server.unavailable', {
    cannot: `stop the cluster in ${state}`,
    because: 'another process holds the socket of its launcher',
    hint: { say: 'again when that process has ended', run: downCommand(state) },
    fields: { state },
  });
}
