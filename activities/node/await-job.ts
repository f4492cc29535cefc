import type { AwaitInput } from '../../src/contract/activity/job.ts';
import type { OutputManifest } from '../../src/domain/job/job.ts';
import type { Progress } from '../../src/domain/job/progress.ts';
import type { TryEnd } from '../../src/domain/job/try-end.ts';
import type { Machine } from '../../src/transport/machine.ts';
import { withHeartbeat } from '../with-heartbeat.ts';
import { acceptOutputs } from './accept-outputs.ts';
import type { JobWatcher } from './job-watcher.ts';
import { watchJob } from './watch-job.ts';

/**
 * Watches a job to its end and accepts its outputs. One activity does both, because each activity costs the server as much as a small job costs its
 * node. A repeat of the activity finds that the job has ended, and accepts the outputs again.
 */
export async function awaitJob(
  input: AwaitInput,
  machine: Machine,
  watcher: JobWatcher,
  report: (progress: Progress) => void,
): Promise<TryEnd<{ readonly manifest: OutputManifest }>> {
  const end = await watchJob(input, machine, watcher, report);
  if (end.type === 'failed') return end;
  return { type: 'completed', manifest: await withHeartbeat(() => acceptOutputs(input, machine)) };
}
