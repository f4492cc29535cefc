/** The effects of JOB_REAPER: it asks the workflow of an overdue job to end the job, and names the processes that nothing owns. Each ended job is one event. */
import type { JobEnding } from '../../../src/contract/activity/daemon.ts';
import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { signals, type OverdueSignal } from '../../../src/contract/workflows.ts';
import { type JobRef, jobKey, jobWorkflowId } from '../../../src/domain/ids.ts';
import { isOpenState } from '../../../src/domain/item/work-item.ts';
import { publishOnce } from '../../../src/storage/event/publish.ts';
import type { WorkQueue } from '../../../src/storage/queue/work-queue.ts';
import type { LedgerDependencies } from '../dependencies.ts';

export const reapJob =
  ({ ledgers: { queue }, workflows, now }: LedgerDependencies): LedgerActivities['reapJob'] =>
  async (ending) => {
    record(queue, ending, now());
    await workflows.signal(jobWorkflowId(ending.job), signals.overdue, { because: ending.because } satisfies OverdueSignal);
  };

export const noteReaped =
  ({ ledgers: { queue }, now }: LedgerDependencies): LedgerActivities['noteReaped'] =>
  async (ending) =>
    record(queue, ending, now());

function record({ ledger }: WorkQueue, { job, node, because }: JobEnding, atMs: number): void {
  const payload = { item: job.item, epoch: job.epoch, node, because };
  publishOnce(ledger, `reaped ${jobKey(job)}`, 'JOB_REAPED', payload, { atMs, actor: 'JOB_REAPER' });
}

/**
 * A job whose workflow runs is left to the workflow: it may be stopping the job after the loss of the node. The open process of a command daemon is left to
 * its daemon.
 */
export const ownerlessJobs =
  ({ ledgers: { queue, resources }, workflows }: LedgerDependencies): LedgerActivities['ownerlessJobs'] =>
  async ({ jobs }) => {
    const found: Omit<JobEnding, 'node'>[] = [];
    for (const job of jobs) {
      if (resources.daemonProcesses.isOpen(job)) continue;
      const because = whyOwnerless(queue, job);
      if (because !== undefined && !(await workflows.isRunning(jobWorkflowId(job)))) found.push({ job, because });
    }
    return { jobs: found };
  };

function whyOwnerless(queue: WorkQueue, { item, epoch }: JobRef): string | undefined {
  const row = queue.row(item);
  if (row === undefined) return 'its processes lived, and no ledger knows its item';
  if (row.epoch !== epoch) return `its processes lived, and the newest try of its item is ${row.epoch}`;
  return isOpenState(row.state) ? undefined : `its processes lived, and its item is ${row.state}`;
}
