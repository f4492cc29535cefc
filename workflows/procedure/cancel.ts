/** `cancel/<id>`: cancels items. Closes pending items at once and signals their owners. The job workflows stop the running items. */
import { workflowInfo } from '@temporalio/workflow';
import { given } from '../../src/base/given.ts';
import { type CancelInput } from '../../src/contract/workflows.ts';
import { jobWorkflowId } from '../../src/domain/ids.ts';
import { ledger } from '../isolate/activities.ts';
import { cancelSignal, itemClosedSignal, notify } from '../isolate/signals.ts';

export async function cancel({
  items,
  reason,
  by,
}: CancelInput): Promise<{ readonly cancelled: number; readonly stopping: number; readonly before?: number }> {
  const run = workflowInfo().firstExecutionRunId;
  const { cancelled, jobs, cancelledBefore = 0 } = await ledger.cancelItems({ items, reason, run, ...given({ by }) });
  for (const item of cancelled) if (item.owner !== undefined) await notify(item.owner, itemClosedSignal, item);
  await Promise.all(jobs.map((job) => notify(jobWorkflowId(job), cancelSignal, { reason, ...given({ by }) })));
  return { cancelled: cancelled.length - cancelledBefore, stopping: jobs.length, ...(cancelledBefore > 0 ? { before: cancelledBefore } : {}) };
}
