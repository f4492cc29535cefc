/**
 * `job/<item>/<epoch>`: one try at one item on one node.
 *
 *   launch (ship, start) → await (watch, accept) → fetch → close
 *
 * Few steps, because each costs the server more than a small job costs its node.
 * - The ledger decides what the outcome means for the item; this workflow only reports it, with its epoch. An old epoch is refused there.
 * - A try that did not complete is *stopped before it is closed*, so that a second process for the item can exist only after a declared loss.
 * - `nodeLost` (the node's evidence, never our own failure to reach it) closes the try at once; the stop goes on until the node is back, and
 *   only then are its slots given back.
 * - An operator's stop (`ringmaster job cancel`, Temporal's cancel) ends the process group and everything with the job's mark, nothing else.
 * Never allowed: a start elsewhere because asking failed; two accepted results.
 */
import { CancellationScope, condition, isCancellation, setHandler, sleep, workflowInfo } from '@temporalio/workflow';
import type { AwaitResult } from '../src/contract/activities.ts';
import { type CancelSignal, type JobInput, type NodeLostSignal, workflowIds } from '../src/contract/workflows.ts';
import { type FailureRecord, failureRecord } from '../src/domain/failure.ts';
import type { JobRef } from '../src/domain/ids.ts';
import { isUnstarted } from '../src/domain/unstarted.ts';
import type { JobOutcome } from '../src/domain/work-item.ts';
import { gateway, ledger, NodeRoutes } from './activities.ts';
import { failureOf, failWith } from './failure-of.ts';
import { cancelSignal, jobClosedSignal, nodeLostSignal, notify } from './message.ts';
import { mark, tell } from './story.ts';

const graceMs = 5_000;
const shortMs = 1_000;
/** Between stops that a node refuses: no longer than it has been wrong already, and few enough for one history. */
const stopRestMs: { readonly first: number; readonly max: number } = { first: 5_000, max: 600_000 };

export interface JobResult {
  readonly outcome: JobOutcome;
  readonly accepted: boolean;
}

type Ending = { readonly type: 'cancelled'; readonly reason: string } | { readonly type: 'lost'; readonly evidence: string };

export async function job(input: JobInput): Promise<JobResult> {
  const { job: ref, node, slots, spec } = input;
  const routes = new NodeRoutes(node, input.residentRoute);
  const work = new CancellationScope();
  let ending: Ending | undefined;
  // Apart from how it ends: a job that was cancelled first may lose its node while it is being stopped.
  let nodeLost = false;
  const end = (how: Ending) => {
    ending ??= how;
    work.cancel();
  };
  setHandler(cancelSignal, (signal: CancelSignal) => end({ type: 'cancelled', reason: signal.reason }), {
    description: 'Stop this job and its processes',
  });
  setHandler(
    nodeLostSignal,
    (signal: NodeLostSignal) => {
      nodeLost = true;
      end({ type: 'lost', evidence: signal.evidence });
    },
    { description: 'The node was declared lost' },
  );

  const show = (phase: string, extra: Record<string, string | number> = {}) =>
    tell(`${spec.kind} on ${node}: ${phase}`, { item: ref.item, epoch: ref.epoch, node, route: routes.route, ...extra });

  let outcome: JobOutcome;
  try {
    outcome = await work.run(() => attempt(input, routes, show));
  } catch (error) {
    outcome = { type: 'failed', failure: ending === undefined ? failureOf(error) : endingFailure(ending, input) };
    if (isCancellation(error) && ending === undefined) ending = { type: 'cancelled', reason: 'cancelled through Temporal' };
    work.cancel();
  }

  return CancellationScope.nonCancellable(async () => {
    const stop = () => routes.short((to) => to.stopJob({ node, job: ref, graceMs }));
    const lost = () => nodeLost;
    // Nobody came as far as its start, in this workflow or one before it.
    const neverStarted = outcome.type === 'failed' && isUnstarted(outcome.failure) && input.again !== true && !routes.hasTriedStart;
    // A node that refuses us (a changed host key, say) may still run the process: it is asked again until the process is gone or the node is lost.
    const stopOrLoss = async (): Promise<void> => {
      for (let restMs = stopRestMs.first; !lost(); restMs = Math.min(restMs * 2, stopRestMs.max)) {
        try {
          await stop();
          return;
        } catch (error) {
          // Never asked to start: a node that refuses us, say, cannot note that it must not, and need not.
          if (neverStarted) return;
          show('cannot stop; trying again until the node is lost', { failure: failureOf(error).message });
          await condition(lost, restMs);
        }
      }
    };
    if (outcome.type === 'failed' && !lost()) {
      show('stopping', { failure: outcome.failure.message });
      // Ends when the processes are gone or the node is declared lost, whichever is first.
      await Promise.race([stopOrLoss(), condition(lost)]);
      if (ending?.type === 'lost') outcome = { type: 'failed', failure: endingFailure(ending, input) };
    }
    const holds = lost();
    const { accepted } = await ledger.closeJob({ job: ref, node, outcome, ...(holds ? {} : { slots }) });
    mark({ LifecycleState: outcome.type, ...(outcome.type === 'failed' ? { FailureCode: outcome.failure.code } : {}) });
    show(
      accepted ? outcome.type : 'refused: an old epoch',
      outcome.type === 'failed' ? { code: outcome.failure.code, failure: outcome.failure.message } : {},
    );
    if (holds) {
      await stop().catch((error: unknown) => show('closed; not stopped', { failure: failureOf(error).message }));
      await notify(workflowIds.dispatcher, jobClosedSignal, { job: ref, node, slots });
    }
    return { outcome, accepted };
  });
}

async function attempt(
  input: JobInput,
  routes: NodeRoutes,
  show: (phase: string, extra?: Record<string, string | number>) => void,
): Promise<JobOutcome> {
  const { job: ref, node, spec } = input;
  show('sending inputs and starting');
  const started = await routes.launch({ node, job: ref, spec });
  const startedAtMs = Date.now();
  show('running', { pid: started.pid });
  const ended = routes.watch((to) => to.awaitJob({ node, job: ref, spec, started, startedAtMs }));
  const [end] = await Promise.all([ended, beginUnlessShort(ended, input)]);
  if (end.type === 'failed') return end;
  const { manifest } = end;
  if (spec.outputs.some((rule) => rule.to === 'home')) await gateway.fetchOutputs({ node, job: ref, spec, manifest });
  return { type: 'completed', result: manifest.result, files: manifest.files };
}

/** Tells the ledger that the job runs. One that has ended by then goes from claimed to closed, and saves the step. */
async function beginUnlessShort(ended: Promise<AwaitResult>, input: JobInput): Promise<void> {
  if (await Promise.race([ended.then(() => true), sleep(shortMs, { summary: 'a short job needs no more' }).then(() => false)])) return;
  const { workflowId, runId } = workflowInfo();
  const { accepted, cancelled } = await ledger.beginJob({ job: input.job, node: input.node, workflowId, runId });
  if (cancelled) throw failWith(endingFailure({ type: 'cancelled', reason: 'its item was, before this try began' }, input));
  if (!accepted) throw failWith(refused(input.job));
}

const refused = ({ item, epoch }: JobRef): FailureRecord =>
  failureRecord('job.epoch-refused', {
    cannot: `go on with ${item}/${epoch}`,
    because: 'the ledger has given the item to another try',
    hint: `\`ringmaster explain ${item}\``,
    fields: { item, epoch },
  });

function endingFailure(ending: Ending, { job: ref, node }: JobInput): FailureRecord {
  const about = { cannot: `finish ${ref.item}/${ref.epoch}`, fields: { node } };
  switch (ending.type) {
    case 'lost':
      return failureRecord('job.lost', { ...about, because: `node ${node} is lost (${ending.evidence})`, hint: `\`ringmaster node show ${node}\`` });
    case 'cancelled':
      return failureRecord('job.cancelled', { ...about, because: `it was cancelled (${ending.reason})`, hint: 'again when you want it' });
  }
}
