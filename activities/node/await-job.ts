import type { AwaitInput, AwaitResult } from '../../src/contract/activities.ts';
import type { Machine } from '../../src/transport/machine.ts';
import { beating } from '../with-heartbeat.ts';
import { acceptOutputs } from './accept-outputs.ts';
import type { JobWatcher } from './job-watcher.ts';
import { type Progress, watchJob } from './watch-job.ts';

/** One activity, because each costs the server as much as the job's own work on a node; a repeat finds the job ended and accepts again. */
export async function awaitJob(input: AwaitInput, machine: Machine, watcher: JobWatcher, report: (progress: Progress) => void): Promise<AwaitResult> {
  const failure = await watchJob(input, machine, watcher, report);
  if (failure !== undefined) return { type: 'failed', failure };
  return { type: 'completed', manifest: await beating(() => acceptOutputs(input, machine)) };
}
