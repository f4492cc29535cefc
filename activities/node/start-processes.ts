import { setTimeout as sleep } from 'node:timers/promises';
import type { DaemonProcess } from '../../src/domain/daemon/command.ts';
import type { StartedJob } from '../../src/domain/job/job.ts';
import type { Machine } from '../../src/transport/machine.ts';
import { startTogetherLimits } from '../limits.ts';
import { startJob } from './start-job.ts';

/**
 * Starts the processes, some at the same time. Returns those that started within `limitMs`. A start that is late goes on, and the workflow of its daemon adopts
 * the process.
 */
export async function startProcesses(
  processes: readonly DaemonProcess[],
  machine: Machine,
  limitMs: number = startTogetherLimits.msMax,
): Promise<Readonly<Record<string, StartedJob>>> {
  const started: Record<string, StartedJob> = {};
  const waiting = [...processes];
  const over = new AbortController();
  const startNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && !over.signal.aborted; next = waiting.shift()) {
      try {
        started[next.daemon] = await startJob(next, machine);
      } catch {
        // The workflow of the daemon starts the process again, and shows why that fails.
      }
    }
  };
  const late = sleep(limitMs, undefined, { signal: over.signal }).catch(() => undefined);
  await Promise.race([Promise.all(Array.from({ length: startTogetherLimits.atOnce }, startNext)), late]);
  over.abort();
  return { ...started };
}
