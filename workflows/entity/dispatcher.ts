/**
 * `dispatcher`: has pending items matched to free slots and their jobs started. It alone counts slots, from the jobs it knows to be open.
 *
 * Woken by `wake` (something was enqueued, a node came back) and by a `jobClosed` after which a slot may be free that something could take: mostly the
 * ledger has handed the slots on already. At most 60 s after the last time it also reconciles: a job whose workflow Temporal says is closed
 * (terminated by a person, say) while its claim is open is started again and adopts its process. There is no fast polling and no second lease.
 * The match itself is a pure function that runs inside the `claim` activity, beside the queue; the same activity starts the jobs.
 */
import { condition, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import { upgradeState } from '../../src/contract/carried-state.ts';
import type { DispatcherInput } from '../../src/contract/workflows.ts';
import type { OpenJob } from '../../src/domain/job/open-job.ts';
import { assignmentsMax } from '../../src/domain/item/dispatch.ts';
import { jobWorkflowId } from '../../src/domain/ids.ts';
import { ledger, ledgerStarts } from '../isolate/activities.ts';
import { jobClosedSignal, nodeLostSignal, notify, wakeSignal } from '../isolate/signals.ts';
import { restAfterError } from '../isolate/rest-after-error.ts';
import { setDetails } from '../isolate/details.ts';

const historyEventsMax = 600;
const reconcileMs = 60_000;
/** Closed jobs remembered: some seconds' worth. One that is forgotten too early holds its slots until the next reconciliation. */
const closedMax = 200;

export async function dispatcher(carried: DispatcherInput): Promise<never> {
  const input = upgradeState('dispatcher', carried);
  const open = new Map<string, OpenJob>(input.open.map((entry) => [jobWorkflowId(entry.job), entry]));
  /**
   * The last to close, oldest first. A job closes once, and that it was started may be heard after its end: from the answer of a claim, from the job
   * before it (a signal that meets our turn to continue as new is a second late), or from both.
   */
  const closed = new Set<string>(input.closed);
  const lostTold: { node: string; evidence: string }[] = [];
  let woken = true;
  let pendingLeft = 0;
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
      if (oldest !== undefined && closed.size > closedMax) closed.delete(oldest);
      count(next);
      pendingLeft = left ?? pendingLeft;
      if (settled) show();
      else woken = true;
    },
    { description: 'A job has closed; its slots are free, or others are in them already' },
  );
  setHandler(nodeLostSignal, (lost) => void lostTold.push(lost), { description: 'A node was declared lost; its jobs are told' });

  // Carried: under load a run is over in seconds.
  let reconciledAtMs = input.reconciledAtMs === 0 ? Date.now() : input.reconciledAtMs;
  for (;;) {
    await condition(() => woken || lostTold.length > 0 || workflowInfo().historyLength > historyEventsMax, '60s', { summary: 'resting until woken' });
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
      const answer = await ledgerStarts.claim({ open: [...open.values()] });
      count(answer.started);
      pendingLeft = answer.pendingLeft;
      if (answer.started.length >= assignmentsMax) woken = true;
      show();
    } catch (error) {
      await restAfterError('dispatcher', error);
      woken = true;
    }
    if (workflowInfo().historyLength > historyEventsMax || workflowInfo().continueAsNewSuggested) {
      // Signals that came during the last task make the server repeat it with them, so none is lost; `lostTold` and `woken` are looked at again.
      if (lostTold.length === 0) await continueAsNew<typeof dispatcher>({ v: 2, open: [...open.values()], closed: [...closed], reconciledAtMs });
    }
  }
}
