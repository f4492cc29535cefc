import type { AwaitInput } from '../../src/contract/activity/job.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import type { FailureCode } from '../../src/domain/failure/table.ts';
import type { OutputManifest } from '../../src/domain/job/job.ts';
import type { Progress } from '../../src/domain/job/progress.ts';
import type { TryEnd } from '../../src/domain/job/try-end.ts';
import type { Machine } from '../../src/transport/machine.ts';
import { withHeartbeat } from '../with-heartbeat.ts';
import { acceptOutputs } from './accept-outputs.ts';
import type { JobWatcher } from './job-watcher.ts';
import { watchJob } from './watch-job.ts';

/** These failures prove that the job has no valid manifest. */
const withoutManifest: readonly FailureCode[] = ['job.no-output', 'job.bad-manifest', 'job.corrupt-output'];

/**
 * Watches a job to its end and accepts its outputs. One activity does both, because each activity costs the server as much as a small job costs its
 * node. A repeat of the activity finds that the job has ended, and accepts the outputs again. A job whose end was not recorded is completed when its
 * manifest is valid.
 */
export async function awaitJob(
  input: AwaitInput,
  machine: Machine,
  watcher: JobWatcher,
  report: (progress: Progress) => void,
): Promise<TryEnd<{ readonly manifest: OutputManifest }>> {
  const end = await watchJob(input, machine, watcher, report);
  if (end.type === 'failed') return end;
  try {
    return { type: 'completed', manifest: await withHeartbeat(() => acceptOutputs(input, machine)) };
  } catch (error) {
    if (end.type === 'unrecorded' && error instanceof RingmasterError && withoutManifest.includes(error.code))
      return { type: 'failed', failure: end.failure };
    throw error;
  }
}
