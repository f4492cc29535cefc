/**
 * `job/<item>/<epoch>`: one try at one item on one node.
 *
 *   launch (ship, start) → await (watch, accept) → fetch → close
 *
 * There are few steps, because each step costs the server more than a small job costs its node.
 * - The ledger decides what the outcome means for the item. This workflow only reports the outcome with its epoch, and the ledger refuses an old
 *   epoch.
 * - A try that did not complete is *stopped before it is closed*. So a second process for the item can exist only after the node was declared lost.
 * - The signal `nodeLost` closes the try at once. The signal is sent only on evidence about the node, never because one of our calls failed. After
 *   this close, the workflow keeps trying to stop the process until the node is back. The job holds its slots until then.
 * - The signal `overdue` ends the try as if it had reached its time limit. JOB_REAPER sends it when the watch over the job did not end the job in time.
 * - An operator's stop (`ringmaster job cancel`, Temporal's cancel) ends the process group and every process with the job's mark, and no other
 *   process.
 * Never allowed: a start on another node only because a call to this node failed; two accepted results for one item.
 */
import { CancellationScope, condition, isCancellation, setHandler, sleep, workflowInfo } from '@temporalio/workflow';
import { carryOut, type Executors } from '../../src/base/executors.ts';
import { type CancelSignal, type NodeLostSignal, type OverdueSignal, workflowIds } from '../../src/contract/workflows.ts';
import type { Assignment } from '../../src/domain/job/assignment.ts';
import { given } from '../../src/base/given.ts';
import { type FailureFields, type FailureRecord, failureRecord } from '../../src/domain/failure/record.ts';
import type { FailureCode } from '../../src/domain/failure/table.ts';
import { type JobRef, jobKey } from '../../src/domain/ids.ts';
import { causeOf, isNodeLost, type JobNotice, type JobStep, nextStep } from '../../src/domain/job/next-step.ts';
import type { JobLogs } from '../../src/domain/job/job.ts';
import type { JobOutcome, TryEnd } from '../../src/domain/job/try-end.ts';
import { gateway, ledger, ledgerStarts, NodeRoutes } from '../isolate/activities.ts';
import { failureOf, failWith } from '../isolate/failure-of.ts';
import { cancelSignal, jobClosedSignal, nodeLostSignal, notify, overdueSignal } from '../isolate/signals.ts';
import { setAttributes, setDetails } from '../isolate/details.ts';
import type { Hint } from '../../src/domain/failure/hint.ts';
import { sentenceOf } from '../../src/domain/failure/sentence.ts';
import { shortJobMs, stopGraceMs } from '../isolate/limits.ts';

export interface JobResult {
  readonly outcome: JobOutcome;
  readonly accepted: boolean;
}

type Show = (phase: string, extra?: Record<string, string | number>) => void;

export async function job(input: Assignment): Promise<JobResult> {
  const { job: ref, node, slots, spec } = input;
  const routes = new NodeRoutes(node, input.residentRoute);
  const show: Show = (phase, extra = {}) =>
    setDetails(`${spec.kind} on ${node}: ${phase}`, { item: ref.item, epoch: ref.epoch, node, route: routes.route, ...extra });
  // Notices are only added, never removed. `next-step.ts` defines what the notices mean.
  const received: JobNotice[] = [];
  const lost = () => isNodeLost(received);
  const work = new CancellationScope();
  const abort = (notice: JobNotice) => {
    received.push(notice);
    work.cancel();
  };
  setHandler(cancelSignal, ({ reason, by }: CancelSignal) => abort({ type: 'cancelled', failure: cancelled(reason, input, by) }), {
    description: 'Stop this job and its processes',
  });
  setHandler(nodeLostSignal, ({ evidence }: NodeLostSignal) => abort({ type: 'lost', failure: nodeLost(evidence, input) }), {
    description: 'The node was declared lost',
  });
  setHandler(overdueSignal, ({ because }: OverdueSignal) => abort({ type: 'overdue', failure: overdue(because, input) }), {
    description: 'Stop this job, because it has held its slots for longer than its limits allow',
  });

  let attempted: JobOutcome;
  let logs: JobLogs | undefined;
  try {
    attempted = await work.run(() => attempt(input, routes, show, (kept) => (logs = kept)));
  } catch (error) {
    const failure = failureOf(error);
    // Temporal's own cancel comes without a signal.
    if (isCancellation(error)) received.push({ type: 'cancelled', failure });
    attempted = { type: 'failed', failure: causeOf(received)?.failure ?? failure };
    work.cancel();
  }

  // The folder of a try that filled the disk goes at once, so that the next job on the node has room.
  const isDiskFull = attempted.type === 'failed' && attempted.failure.code === 'job.disk-full';
  const stop = () => routes.short((to) => to.stopJob({ node, job: ref, graceMs: stopGraceMs, ...(isDiskFull ? { empties: true } : {}) }));
  const stopAfter = async (restMs: number): Promise<void> => {
    if (restMs > 0 && (await condition(lost, restMs))) return;
    await stop().then(
      () => received.push({ type: 'stopped' }),
      (error: unknown) => received.push({ type: 'refused', failure: failureOf(error) }),
    );
  };
  const executors: Executors<JobStep, JobResult | undefined> = {
    stop: async ({ restMs, because }) => {
      show(restMs === 0 ? 'stopping' : 'cannot stop; trying again until the node is lost', { failure: sentenceOf(because) });
      // Ends when the node has answered the stop, or earlier when the node is declared lost.
      await Promise.race([stopAfter(restMs), condition(lost)]);
      return undefined;
    },
    close: async ({ outcome, holdsSlots }) => {
      const { accepted } = await ledgerStarts.closeJob({ job: ref, node, outcome, ...(logs && { logs }), ...(holdsSlots ? {} : { slots }) });
      const failure = outcome.type === 'failed' ? outcome.failure : undefined;
      setAttributes({ LifecycleState: outcome.type, ...(failure && { FailureCode: failure.code }) });
      show(accepted ? outcome.type : 'refused: an old epoch', failure && { code: failure.code, failure: sentenceOf(failure) });
      if (holdsSlots) {
        await stop().catch((error: unknown) => show('closed; not stopped', { failure: sentenceOf(failureOf(error)) }));
        await notify(workflowIds.dispatcher, jobClosedSignal, { job: ref, node, slots });
      }
      return { outcome, accepted };
    },
  };
  return CancellationScope.nonCancellable(async () => {
    for (;;) {
      const result = await carryOut(executors, nextStep({ outcome: attempted, mayRun: input.again === true || routes.hasTriedStart, received }));
      if (result !== undefined) return result;
    }
  });
}

async function attempt(input: Assignment, routes: NodeRoutes, show: Show, keepLogs: (logs: JobLogs) => void): Promise<JobOutcome> {
  const { job: ref, node, spec } = input;
  show('sending inputs and starting');
  const started = await routes.launch({ node, job: ref, spec });
  const startedAtMs = Date.now();
  show('running', { pid: started.pid });
  const ended = routes.watch((to) => to.awaitJob({ node, job: ref, spec, started, startedAtMs }));
  const [end] = await Promise.all([ended, beginUnlessShort(ended, input)]);
  if (end.logs !== undefined) keepLogs(end.logs);
  if (end.type === 'failed') return { type: 'failed', failure: end.failure };
  const { manifest } = end;
  if (spec.outputs.some((rule) => rule.to === 'home')) await gateway.fetchOutputs({ node, job: ref, spec, manifest });
  const { result, files, unlisted } = manifest;
  return { type: 'completed', result, files, ...(unlisted && { unlisted }) };
}

/**
 * Records in the ledger that the job runs, unless the job ends within `shortJobMs`. Such a short job goes from claimed to closed without this step.
 */
async function beginUnlessShort(ended: Promise<TryEnd>, input: Assignment): Promise<void> {
  if (await Promise.race([ended.then(() => true), sleep(shortJobMs, { summary: 'a short job needs no more' }).then(() => false)])) return;
  const { workflowId, runId } = workflowInfo();
  const begun = await ledger.beginJob({ job: input.job, node: input.node, workflowId, runId });
  if (begun.cancelled) throw failWith(cancelled('its item was, before this try began', input));
  if (!begun.accepted) throw failWith(refused(input.job));
}

const refused = ({ item, epoch }: JobRef): FailureRecord =>
  failureRecord('job.epoch-refused', {
    cannot: `go on with ${jobKey({ item, epoch })}`,
    because: 'the ledger has given the item to another try',
    hint: { run: `ringmaster explain ${item}` },
    fields: { item, epoch },
  });

const cancelled = (reason: string, input: Assignment, by?: string): FailureRecord =>
  unfinished('job.cancelled', input, `it was cancelled (${reason})`, { say: 'again when you want it' }, { reason, ...given({ by }) });

const overdue = (because: string, input: Assignment): FailureRecord =>
  unfinished('job.timeout', input, because, { run: `ringmaster job show ${jobKey(input.job)}` });

const nodeLost = (evidence: string, input: Assignment): FailureRecord =>
  unfinished('job.lost', input, `node ${input.node} is lost (${evidence})`, { run: `ringmaster node show ${input.node}` });

const unfinished = (
  code: FailureCode,
  { job: { item, epoch }, node }: Assignment,
  because: string,
  hint: Hint,
  fields: FailureFields = {},
): FailureRecord => failureRecord(code, { cannot: `finish ${jobKey({ item, epoch })}`, because, hint, fields: { node, ...fields } });
