/**
 * `ringmaster down`: stops everything of a cluster, through its launcher or, when there is none, from the records it left. Afterwards no process of
 * ours runs here or on a node that could be reached, nothing listens, and no run file is left but cluster.json. What nodes hold stays;
 * `purge` also removes the practice nodes: users, homes, keys.
 */
import { existsSync } from 'node:fs';
import { readRunningCluster } from '../../src/config/running-cluster.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { createLog, type Log } from '../../src/telemetry/log.ts';
import { askStatus } from './ask-status.ts';
import { askLauncher, removeSocket, takeSocket, type HeldSocket } from './launcher-socket.ts';
import { launcherIdentity } from './launcher-state.ts';
import { until } from '../../src/system/until.ts';
import { purgePracticeNodes } from '../../src/practice/practice-nodes.ts';
import { identify, isAlive } from '../../src/process/process-identity.ts';
import { removeRunFiles, stopCluster, type StopReport } from './stop-cluster.ts';
import { stopProcess } from '../../src/process/stop-process.ts';

export interface DownOptions {
  readonly state: string;
  readonly purge?: boolean;
  readonly log?: Log;
}

export interface DownReport extends StopReport {
  /** False: this state folder was never brought up. */
  readonly found: boolean;
  readonly through: 'launcher' | 'records';
  /** Practice nodes that were removed. */
  readonly purged: readonly string[];
}

/** Workers, nodes, server and sshds one after the other, each at its limit. */
const stopLimitMs = 120_000;
const launcherEndMs = 10_000;
const placeLimitMs = 5_000;

export async function down({
  state,
  purge = false,
  log = createLog('down', { ...process.env, RINGMASTER_LOG_LEVEL: 'silent' }),
}: DownOptions): Promise<DownReport> {
  const running = existsSync(statePaths(state).run) ? readRunningCluster(state) : undefined;
  if (running === undefined) return { found: false, through: 'records', processes: [], nodes: [], strays: 0, purged: [] };
  const stopped = (await throughLauncher(state)) ?? (await throughRecords(state, running, log));
  const purged = purge ? await purgePracticeNodes(readRunningCluster(state) ?? running, log) : [];
  return { found: true, ...stopped, purged };
}

type Stopped = StopReport & { readonly through: DownReport['through'] };

async function throughLauncher(state: string): Promise<Stopped | undefined> {
  const status = await askStatus(state);
  if (status.type === 'nobody') return undefined;
  if (status.type === 'silent') {
    await endHungLauncher(state);
    return undefined;
  }
  const launcher = identify(status.reply.pid);
  const asked = await askLauncher<StopReport & { readonly error?: string }>(state, 'stop', stopLimitMs);
  if (asked.type !== 'answer' || asked.reply.error !== undefined || asked.reply.processes === undefined) {
    // It died, hangs or failed while it stopped things: the records say what is left.
    if (asked.type !== 'nobody') await endHungLauncher(state);
    return undefined;
  }
  // Its answer comes just before its end. In the foreground it is ourselves or somebody's terminal, and may have more to do.
  if (launcher !== undefined && launcher.pid !== process.pid) await until(launcherEndMs, () => !isAlive(launcher));
  return { ...asked.reply, through: 'launcher' };
}

async function endHungLauncher(state: string): Promise<void> {
  const launcher = launcherIdentity(state);
  if (launcher === undefined) return;
  // It hangs: TERM would wait for nothing.
  await stopProcess(launcher, 0);
}

/** Holds the launcher's place meanwhile, so that no `up` starts what we stop. */
async function throughRecords(state: string, running: NonNullable<ReturnType<typeof readRunningCluster>>, log: Log): Promise<Stopped> {
  const place = await takePlace(state);
  try {
    const report = await stopCluster({ state, running, log });
    removeRunFiles(state);
    return { ...report, through: 'records' };
  } finally {
    await place.close();
    removeSocket(state);
  }
}

async function takePlace(state: string): Promise<HeldSocket> {
  let held: HeldSocket | undefined;
  const refuse = () => Promise.reject(new Error('ringmaster down is at work; try again when it is done'));
  // Just after KILL the kernel may still accept for the dead.
  if ((await until(placeLimitMs, async () => (held = await takeSocket(state, refuse)) !== undefined)) && held !== undefined) return held;
  throw new RingmasterError('server.unavailable', {
    cannot: `stop the cluster in ${state}`,
    because: 'a launcher holds it and does not answer',
    hint: { say: 'ringmaster down once more' },
    fields: { state },
  });
}
