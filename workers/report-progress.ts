import type { Client } from '@temporalio/client';
import { ledgerQueue } from '../src/contract/queue.ts';
import { type JobRef, jobWorkflowId } from '../src/domain/ids.ts';
import type { JobProgress } from '../src/domain/job/progress.ts';
import { workerLimits } from './limits.ts';

/**
 * Returns a function that reports the progress of jobs to the ledger. The server stores each activity until the namespace's retention ends, so one
 * standalone activity carries the progress of all jobs of this process. Nothing is sent while no job progresses. Progress is only shown to people, so
 * a lost report is not repeated.
 */
export function progressReporter(client: Client, self: string): (job: JobRef, progress: { readonly done: number; readonly of: number }) => void {
  const unsent = new Map<string, JobProgress>();
  const lastDone = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  const send = (): void => {
    timer = undefined;
    const jobs = [...unsent.values()];
    unsent.clear();
    client.activity
      .start('progressJobs', {
        id: `progress/${self}/${Date.now()}`,
        taskQueue: ledgerQueue,
        args: [{ jobs }],
        scheduleToCloseTimeout: `${workerLimits.progressSecondsMax}s`,
        retry: { maximumAttempts: 1 },
      })
      .catch(() => undefined); // Without the server nothing can show the progress either.
  };
  return (job, { done, of }) => {
    const id = jobWorkflowId(job);
    if (lastDone.get(id) === done) return;
    if (lastDone.size >= workerLimits.progressJobsMax) lastDone.clear();
    lastDone.set(id, done);
    unsent.set(id, { job, done, of });
    if (timer === undefined) {
      timer = setTimeout(send, workerLimits.progressMs);
      timer.unref();
    }
  };
}
