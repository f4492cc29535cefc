import type { Client } from '@temporalio/client';
import type { JobProgress } from '../src/domain/job/progress.ts';
import { ledgerQueue } from '../src/contract/queue.ts';
import { type JobRef, jobWorkflowId } from '../src/domain/ids.ts';

const everyMs = 3_000;

/**
 * One standalone activity on the ledger's queue for all jobs of this process, at most once in three seconds, and none while nothing moves: the server
 * keeps each for the namespace's retention. It is only shown: nobody waits for it or repeats it.
 */
export function progressReporter(client: Client, self: string): (job: JobRef, progress: { readonly done: number; readonly of: number }) => void {
  const news = new Map<string, JobProgress>();
  const told = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    timer = undefined;
    const jobs = [...news.values()];
    news.clear();
    client.activity
      .start('progressJobs', {
        id: `progress/${self}/${Date.now()}`,
        taskQueue: ledgerQueue,
        args: [{ jobs }],
        scheduleToCloseTimeout: '5s',
        retry: { maximumAttempts: 1 },
      })
      .catch(() => undefined); // The server is away: so is whoever would see it.
  };
  return (job, { done, of }) => {
    const id = jobWorkflowId(job);
    if (told.get(id) === done) return;
    if (told.size >= jobsMax) told.clear();
    told.set(id, done);
    news.set(id, { job, done, of });
    if (timer === undefined) {
      timer = setTimeout(tell, everyMs);
      timer.unref();
    }
  };
}

/** Remembered at a time; forgetting one says its progress once more. */
const jobsMax = 10_000;
