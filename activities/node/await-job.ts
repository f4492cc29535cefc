import type { AwaitInput } from '../../src/contract/activity/job.ts';
import { boundedFailure } from '../../src/domain/failure/bounded-failure.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { withStderr } from '../../src/domain/failure/stderr.ts';
import { classOf, type FailureCode } from '../../src/domain/failure/table.ts';
import { toFailureRecord } from '../../src/domain/failure/to-failure-record.ts';
import type { Progress } from '../../src/domain/job/progress.ts';
import type { AwaitedEnd } from '../../src/domain/job/try-end.ts';
import type { Machine } from '../../src/transport/machine.ts';
import { withHeartbeat } from '../with-heartbeat.ts';
import { acceptOutputs } from './accept-outputs.ts';
import type { JobWatcher } from './job-watcher.ts';
import { stderrOfLogs, watchJob } from './watch-job.ts';

/** These failures prove that the job has no valid manifest. */
const withoutManifest: readonly FailureCode[] = ['job.no-output', 'job.bad-manifest', 'job.corrupt-output'];

/**
 * Watches a job to its end and accepts its outputs. One activity does both, because each activity costs the server as much as a small job costs its
 * node. A repeat of the activity finds that the job has ended, and accepts the outputs again. A job whose end was not recorded is completed when its
 * manifest is valid. The end of the job's logs comes home with every end.
 */
export async function awaitJob(input: AwaitInput, machine: Machine, watcher: JobWatcher, report: (progress: Progress) => void): Promise<AwaitedEnd> {
  const { end, logs } = await watchJob(input, machine, watcher, report);
  const kept = logs === undefined ? {} : { logs };
  if (end.type === 'failed') return { ...end, ...kept };
  try {
    return { type: 'completed', manifest: await withHeartbeat(() => acceptOutputs(input, machine)), ...kept };
  } catch (error) {
    if (!(error instanceof RingmasterError) || !isOfOutputs(error.code)) throw error;
    if (end.type === 'unrecorded' && withoutManifest.includes(error.code)) return { type: 'failed', failure: end.failure, ...kept };
    // The program believes that it succeeded. Its last words can say why its outputs are not accepted.
    return { type: 'failed', failure: withStderr(boundedFailure(toFailureRecord(error)), stderrOfLogs(logs)), ...kept };
  }
}

/** Returns true when the outputs themselves are at fault, so that a repeat would fail in the same way. */
const isOfOutputs = (code: FailureCode): boolean => code.startsWith('job.') && (classOf(code) === 'defect' || classOf(code) === 'data');
