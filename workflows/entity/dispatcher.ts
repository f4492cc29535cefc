/**
 * `dispatcher`: asks the ledger to match pending items to free slots and to start their jobs. Only the dispatcher counts slots: it counts the slots
 * of the jobs that it knows to be open.
 *
 * Two signals wake the dispatcher. `wake` arrives when an item was enqueued or a node came back. `jobClosed` arrives when a job closed, and wakes the
 * dispatcher only if the job may have left a slot that a pending item could take. In most cases the ledger has already given the slots to other
 * items. At least every 60 s the dispatcher also reconciles. A claim can be open although its job workflow is closed in Temporal, for example
 * because a person terminated the workflow. The workflow is then started again, and the new workflow adopts the process. The claim also says when the
 * rest of a node ends or an item no longer avoids a node, and the dispatcher claims again at that time. There is no fast polling
 * and no second lease. The match is a pure function. It runs inside the `claim` activity, beside the queue, and the same activity starts the jobs.
 */
import { condition, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import { upgradeState } from '../../src/contract/carried-state.ts';
import type { DispatcherInput } from '../../src/contract/workflows.ts';
import type { OpenJob } from '../../src/domain/job/open-job.ts';
import { assignmentsMax } from '../../src/domain/limits.ts';
import { jobWorkflowId } from '../../src/domain/ids.ts';
import { ledger, ledgerStarts } from '../isolate/activities.ts';
import { jobClosedSignal, nodeLostSignal, notify, wakeSignal } from '../isolate/signals.ts';
import { restAfterError } from '../isolate/rest-after-error.ts';
import { setDetails } from '../isolate/details.ts';
import { closedJobsMax, dispatcherHistoryEventsMax, reconcileMs } from '../isolate/limits.ts';

export async function dispatcher(carried: DispatcherInput): Promise<never> {
  const input = upgradeState('dispatcher', carried);
  const open = new Map<string, OpenJob>(input.open.map((entry) => [jobWorkflowId(entry.job), entry]));
  /**
   * The jobs that closed recently, oldest first. The dispatcher can learn of a job's start after it has learned of the job's end. The start then
   * comes late in the result of a claim, or in a `jobClosed` signal that was delayed because the dispatcher was continuing as new. The dispatcher
   * ignores the start of a job that is listed here.
   */
  const closed = new Set<string>(input.closed);
  const lostNodes: { node: string; evidence: string }[] = [];
  let woken = true;
  let pendingLeft = 0;
  let restMs = reconcileMs;
  const count = (started: readonly OpenJob[]): void => {
    for (const one of started) if (!closed.has(jobWorkflowId(one.job))) open.set(jobWorkflowId(one.job), one);
  };
  const show = (): void =>
    setDetails(
      `${open.size} jobs open, ${pendingLeft} items pending`,
      Object.fromEntries([...open.values()].slice(0, 40).map(({ job, node }) => [jobWorkflowId(job), node])),
    );
  setHandler(wakeSignal, () => void (woken = true), { description: 'Look at the queue now' });
  setHandler(
    jobClosedSignal,
    ({ job, next = [], pendingLeft: left, settled = false }) => {
      open.delete(jobWorkflowId(job));
      closed.add(jobWorkflowId(job));
      const [oldest] = closed;
      if (oldest !== undefined && closed.size > closedJobsMax) closed.delete(oldest);
      count(next);
      pendingLeft = left ?? pendingLeft;
      if (settled) show();
      else woken = true;
    },
    { description: 'A job has closed; its slots are free, or the ledger has started other jobs in them' },
  );
  setHandler(nodeLostSignal, (lost) => void lostNodes.push(lost), { description: 'A node was declared lost; the dispatcher signals its jobs' });

  // The time of the last reconciliation is carried from run to run, because a run lasts only seconds under load.
  let reconciledAtMs = input.reconciledAtMs === 0 ? Date.now() : input.reconciledAtMs;
  for (;;) {
    await condition(() => woken || lostNodes.length > 0 || workflowInfo().historyLength > dispatcherHistoryEventsMax, restMs, {
      summary: 'resting until woken',
    });
    try {
      for (const lost of lostNodes.splice(0)) {
        for (const { job, node } of open.values())
          if (node === lost.node) await notify(jobWorkflowId(job), nodeLostSignal, { node, evidence: lost.evidence });
      }
      // A reconciliation in the future was before the clock was set back.
      const sinceMs = Date.now() - reconciledAtMs;
      if (sinceMs >= reconcileMs || sinceMs < 0) {
        reconciledAtMs = Date.now();
        const { freed } = await ledger.reconcileClaims({ open: [...open.values()] });
        for (const job of freed) open.delete(jobWorkflowId(job));
      }
      woken = false;
      const answer = await ledgerStarts.claim({ open: [...open.values()] });
      count(answer.started);
      pendingLeft = answer.pendingLeft;
      restMs = Math.min(answer.againInMs ?? reconcileMs, reconcileMs);
      if (answer.started.length >= assignmentsMax) woken = true;
      show();
    } catch (error) {
      await restAfterError('dispatcher', error);
      woken = true;
    }
    if (workflowInfo().historyLength > dispatcherHistoryEventsMax || workflowInfo().continueAsNewSuggested) {
      // No signal is lost here. When a signal arrives during the last workflow task of this run, the server repeats the task with the signal, and the
      // condition above is checked again.
      if (lostNodes.length === 0) await continueAsNew<typeof dispatcher>({ v: 2, open: [...open.values()], closed: [...closed], reconciledAtMs });
    }
  }
}
