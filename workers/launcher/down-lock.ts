/**
 * The lock of `ringmaster down`. `up` refuses to start a cluster while `down` stops it or removes its folder, and a second `down` waits for the first. A lock
 * of a process that has ended does not count.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterConfig } from '../../src/domain/cluster/cluster.ts';
import { downCommand, upCommand } from '../../src/domain/cluster/own-command.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { identify, isAlive, type ProcessIdentity } from '../../src/process/process-identity.ts';
import { leadToOneFolder } from '../../src/system/one-folder.ts';
import { launcherLimits } from '../limits.ts';

/** The process that holds the lock, with the state folder. A lock in a copy of the folder counts for nothing. A lock of an older release has no folder. */
type Holder = ProcessIdentity & { readonly state?: string };

/** Returns the process that stops the cluster, or undefined. This process itself does not count. */
export function downAtWork(state: string): ProcessIdentity | undefined {
  try {
    const holder = JSON.parse(readFileSync(statePaths(state).downLock, 'utf8')) as Holder;
    if (holder.state !== undefined && !leadToOneFolder(holder.state, state)) return undefined;
    return holder.pid !== process.pid && isAlive(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** Does the work while this process holds the lock. When this process holds the lock already, does the work at once. */
export async function holdingDownLock<Result>(
  state: string,
  work: () => Promise<Result>,
  waitMsMax: number = launcherLimits.stopMsMax,
): Promise<Result> {
  const { run, downLock } = statePaths(state);
  if (!existsSync(run) || !(await taken(state, downLock, waitMsMax))) return work();
  try {
    return await work();
  } finally {
    rmSync(downLock, { force: true });
  }
}

/** Takes the lock. Returns false when no lock is needed or possible: this process holds it, or the disk refuses it. `down` must work on a full disk. */
async function taken(state: string, lock: string, waitMsMax: number): Promise<boolean> {
  const endAtMs = performance.now() + waitMsMax;
  for (;;) {
    try {
      writeFileSync(lock, JSON.stringify({ ...identify(process.pid), state }), { flag: 'wx', mode: 0o600 });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
    }
    const holder = downAtWork(state);
    if (holder === undefined) {
      if (holdsItself(lock)) return false;
      rmSync(lock, { force: true });
    } else if (performance.now() > endAtMs) throw atWork(`stop the cluster in ${state}`, holder, downCommand(state));
    else await sleep(launcherLimits.upPollMs);
  }
}

function holdsItself(lock: string): boolean {
  try {
    return (JSON.parse(readFileSync(lock, 'utf8')) as ProcessIdentity).pid === process.pid;
  } catch {
    return false;
  }
}

/** Refuses when another process stops this cluster at this moment. */
export function refuseWhileDown({ state, cluster }: Pick<ClusterConfig, 'state' | 'cluster'>, clusterFile: string): void {
  const holder = downAtWork(state);
  if (holder !== undefined) throw atWork(`start cluster ${cluster}`, holder, upCommand(clusterFile));
}

const atWork = (cannot: string, { pid }: ProcessIdentity, run: string): RingmasterError =>
  new RingmasterError('server.stopping', {
    cannot,
    because: `\`ringmaster down\` stops it at this moment (pid ${pid})`,
    hint: { say: 'again when that has ended', run },
    fields: { pid },
  });
