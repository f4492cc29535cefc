import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterConfig } from '../../src/domain/cluster/cluster.ts';
import { isSshd } from '../../src/domain/cluster/start-order.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import type { ProcessView } from '../../src/domain/cluster/status.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { readRecord } from '../../src/process/process-record.ts';
import { lastLogLines } from '../../src/process/log-file.ts';
import { launcherLimits } from '../limits.ts';
import { downAtWork } from './down-lock.ts';
import { launcherExit, type LauncherStatus } from './launcher-status.ts';
import { databaseFailure } from './server-database.ts';
import { askStatus } from './socket/ask-launcher.ts';

export interface WaitOptions {
  readonly clusterFile: string;
  readonly limitMs?: number | undefined;
  readonly onProgress?: ((processes: readonly ProcessView[]) => void) | undefined;
  /** Returns the exit code of the launcher that was started, or nothing while the launcher lives. */
  readonly exitCode?: () => number | null | undefined;
  /** Where the log of this launcher begins in its file. */
  readonly launcherLogFrom?: number;
  /** Words that name the proxy through which the Temporal server is reached (`throughProxy`). Empty when there is none. */
  readonly proxyWords?: string;
}

/**
 * Returns the launcher's status when the cluster has started (`start-order.ts`) and every process runs but the sshds of practice nodes. Throws
 * `server.unavailable` when another process fails or the time is up.
 */
export async function waitUntilRunning(
  config: ClusterConfig,
  { clusterFile, limitMs = launcherLimits.upMsMax, onProgress, exitCode, launcherLogFrom, proxyWords = '' }: WaitOptions,
): Promise<LauncherStatus> {
  const deadline = performance.now() + limitMs;
  let last: LauncherStatus | undefined;
  let lastText = '';
  while (performance.now() < deadline) {
    const asked = await askStatus(config.state);
    if (asked.type === 'answer') {
      last = asked.reply;
      const text = JSON.stringify(last.processes);
      if (text !== lastText) onProgress?.(last.processes);
      lastText = text;
      const others = last.processes.filter(({ name }) => !isSshd(name));
      if (last.phase === 'running' && others.every(({ state }) => state === 'running')) return last;
      const failed = others.find(({ state }) => state === 'failed');
      if (failed !== undefined)
        throw (
          (failed.name === 'server' ? databaseFailure(config, clusterFile) : undefined) ??
          notUp(config, failed.name, `${failed.name} ended ${failed.restarts} times`)
        );
    }
    if (downAtWork(config.state) !== undefined) throw notUp(config, 'launcher', '`ringmaster down` stopped it meanwhile', launcherLogFrom);
    // When two `up` run at the same time, the launcher of one exits with `alreadyRuns`, and the launcher of the other keeps the cluster running.
    const code = exitCode?.();
    if (code !== undefined && code !== launcherExit.alreadyRuns)
      throw notUp(config, 'launcher', `its launcher ended with exit code ${code}`, launcherLogFrom);
    await sleep(launcherLimits.upPollMs);
  }
  const waiting = last?.processes.find(({ state }) => state !== 'running');
  if (waiting === undefined) throw notUp(config, 'launcher', `its launcher is still ${last?.phase ?? 'silent'}`, launcherLogFrom);
  const through = proxyWords === '' ? '' : `. The Temporal server is reached${proxyWords}`;
  throw notUp(config, waiting.name, `${waiting.name} is not ready after ${limitMs / 1_000} s${through}`);
}

/** Returns the failure of `up`, with the last lines of the log of the process that is at fault. Lines of earlier starts do not count. */
export function notUp(config: ClusterConfig, name: string, because: string, logFrom = readRecord(config.state, name)?.logFrom): RingmasterError {
  const log = statePaths(config.state).log(name);
  const lines = lastLogLines(config.state, name, { from: logFrom });
  return new RingmasterError('server.unavailable', {
    cannot: `bring up cluster ${config.cluster}`,
    because,
    hint: { say: `what its log says, ${log}:${lines.length === 0 ? ' (nothing since its start)' : lines.map((line) => `\n  ${line}`).join('')}` },
    fields: { process: name, log },
  });
}
