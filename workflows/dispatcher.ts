/**
 * `dispatcher`: matches pending items to free slots and starts their jobs. It alone counts slots, from the jobs it knows to be open.
 *
 * Woken by `wake` (something was enqueued, a node came back) and `jobClosed`; at most 60 s after the last time it also reconciles: a job whose
 * workflow Temporal says is closed (terminated by a person, say) while its claim is open is started again and adopts its process. There is no fast polling and no second lease.
 * The match itself is a pure function that runs inside the `claim` activity, beside the queue.
 */
import { condition, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import { upgradeState } from '../src/contract/carried-state.ts';
import type { StartJobStep } from '../src/contract/activities.ts';
import { type DispatcherInput, type JobInput, type OpenJob, workflowIds } from '../src/contract/workflows.ts';
import { jobWorkflowId } from '../src/domain/ids.ts';
import { ledger } from './activities.ts';
import { jobClosedSignal, nodeLostSignal, notify, wakeSignal } from './message.ts';
import { restAfterError } from './rest-after-error.ts';
import { startChildOnce } from './run-child.ts';
import { tell } from './story.ts';

const historyEventsMax = 600;
const stepsMax = 100;
const reconcileMs = 60_000;

export async function dispatcher(carried: DispatcherInput): Promise<never> {
  const input = upgradeState('dispatcher', carried);
  const open = new Map<string, OpenJob>(input.open.map((entry) => [jobWorkflowId(entry.job), entry]));
  const lostTold: { node: string; evidence: string }[] = [];
  let woken = true;
  setHandler(wakeSignal, () => void (woken = true), { description: 'Look at the queue now' });
  setHandler(
    jobClosedSignal,
    (closed) => {
      open.delete(jobWorkflowId(closed.job));
      woken = true;
    },
    { description: 'A job has closed; its slots are free' },
  );
  setHandler(nodeLostSignal, (lost) => void lostTold.push(lost), { description: 'A node was declared lost; its jobs are told' });

  let reconciledAtMs = Date.now();
  for (;;) {
    await condition(() => woken || lostTold.length > 0, '60s', { summary: 'resting until woken' });
    try {
      for (const lost of lostTold.splice(0)) {
        for (const { job, node } of open.values())
          if (node === lost.node) await notify(jobWorkflowId(job), nodeLostSignal, { node, evidence: lost.evidence });
      }
      if (Date.now() - reconciledAtMs >= reconcileMs) {
        reconciledAtMs = Date.now();
        const { freed } = await ledger.reconcileClaims({ open: [...open.values()] });
        for (const job of freed) open.delete(jobWorkflowId(job));
      }
      woken = false;
      const { steps, pendingLeft } = await ledger.claim({ open: [...open.values()] });
      for (const step of steps) open.set(jobWorkflowId(step.job), { job: step.job, node: step.node, slots: step.slots });
      await Promise.all(steps.map(startJob));
      if (steps.length >= stepsMax) woken = true;
      tell(
        `${open.size} jobs open, ${pendingLeft} items pending`,
        Object.fromEntries([...open.values()].slice(0, 40).map(({ job, node }) => [jobWorkflowId(job), node])),
      );
    } catch (error) {
      await restAfterError('dispatcher', error);
      woken = true;
    }
    if (workflowInfo().historyLength > historyEventsMax || workflowInfo().continueAsNewSuggested) {
      // Signals that came during the last task make the server repeat it with them, so none is lost; `lostTold` and `woken` are looked at again.
      if (lostTold.length === 0) await continueAsNew<typeof dispatcher>({ v: 1, open: [...open.values()] });
    }
  }
}

async function startJob(step: StartJobStep): Promise<void> {
  const { job, node, slots, spec, residentRoute } = step;
  const attributes = {
    NodeId: node,
    JobKind: spec.kind,
    LifecycleState: 'running',
    ...(spec.pipeline === undefined ? {} : { Pipeline: spec.pipeline }),
  };
  const summary = `${spec.kind} ${job.item}, try ${job.epoch}, on ${node}`;
  // One that runs already was started by an earlier task whose answer was lost: that is what was wanted.
  await startChildOnce<JobInput>('job', { id: workflowIds.job(job), summary, attributes }, { job, node, slots, spec, residentRoute });
}
