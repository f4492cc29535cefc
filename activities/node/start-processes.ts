import type { DaemonProcess } from '../../src/domain/daemon/command.ts';
import type { StartedJob } from '../../src/domain/job/job.ts';
import type { Machine } from '../../src/transport/machine.ts';
import { startTogetherLimits } from '../limits.ts';
import { resultWithin } from '../result-within.ts';
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
  const startNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      try {
        started[next.daemon] = await startJob(next, machine);
      } catch {
        // The workflow of the daemon starts the process again, and shows why that fails.
      }
    }
  };
  await resultWithin(limitMs, Promise.all(Array.from({ length: startTogetherLimits.atOnce }, startNext)));
  // A start that has not begun is left out.
  waiting.splice(0);
  return { ...started };
}
