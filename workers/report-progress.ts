import type { Client } from '@temporalio/client';
import { ledgerQueue } from '../src/contract/queue.ts';
import { type JobRef, jobWorkflowId } from '../src/domain/ids.ts';

const everyMs = 3_000;
const jobsMax = 10_000;

/** A standalone activity on the ledger's queue, for each job at most once in three seconds. It is only shown: nobody waits for it or repeats it. */
export function progressReporter(client: Client): (job: JobRef, progress: { readonly done: number; readonly of: number }) => void {
  const told = new Map<string, number>();
  return (job, progress) => {
    const id = jobWorkflowId(job);
    const now = Date.now();
    if (now - (told.get(id) ?? 0) < everyMs) return;
    if (told.size > jobsMax) told.clear();
    told.set(id, now);
    client.activity
      .start('progressJob', {
        id: `progress/${id}/${now}`,
        taskQueue: ledgerQueue,
        args: [{ job, ...progress }],
        scheduleToCloseTimeout: '5s',
        retry: { maximumAttempts: 1 },
      })
      .catch(() => undefined); // The server is away: so is whoever would see it.
  };
}
