import type { LedgerActivities, OpenJob } from '../../src/contract/activities.ts';
import { signals, workflowIds } from '../../src/contract/workflows.ts';
import { closeJobs } from '../../src/storage/queue/close-job.ts';
import { inBatches } from '../../src/storage/ledger/in-batches.ts';
import type { LedgerDependencies } from './dependencies.ts';

/**
 * The signals go out from here and not from the job's workflow: there each costs two more events and a task. A repeat sends them again, and those
 * who are told count by id.
 */
export function closeJob({ ledgers: { queue, tasks }, now, workflows }: LedgerDependencies): LedgerActivities['closeJob'] {
  const close = inBatches((closings: Parameters<typeof closeJobs>[1]) => closeJobs({ queue, tasks }, closings, now()));
  return async ({ slots, ...closing }) => {
    const { accepted, closed } = await close(closing);
    await Promise.all([
      closed?.owner === undefined ? undefined : workflows.signal(closed.owner, signals.itemClosed, closed),
      slots === undefined
        ? undefined
        : workflows.signal(workflowIds.dispatcher, signals.jobClosed, { job: closing.job, node: closing.node, slots } satisfies OpenJob),
    ]);
    return { accepted };
  };
}
