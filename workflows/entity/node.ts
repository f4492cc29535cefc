/**
 * `node/<id>`: what one node is to us. joining → alive → suspect → unreachable → lost, and back to alive on a good look.
 *
 * The verdict comes from the sweep (`nodes`); this entity draws the consequences: a lost node's jobs are told (through the dispatcher, which
 * knows them), and a resident worker that is gone on a reachable node is started again, with backoff. Meanwhile its calls go through the gateway.
 * It also keeps the node tidy: from time to time the folders of completed jobs go, many at once and off every job's way.
 */
import { CancellationScope, condition, continueAsNew, log, setHandler, workflowInfo } from '@temporalio/workflow';
import { upgradeState } from '../../src/contract/carried-state.ts';
import { type NodeInput, workflowIds } from '../../src/contract/workflows.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import type { ObservedNode } from '../../src/domain/node/node.ts';
import { gateway, ledger, tidying } from '../isolate/activities.ts';
import { failureOf } from '../isolate/failure-of.ts';
import { nodeLostSignal, notify, verdictSignal } from '../isolate/signals.ts';
import { mark, tell } from '../isolate/details.ts';

const historyEventsMax = 100;
const restSecondsMax = 60;
const tidyEveryMs = 5 * 60_000;
/** Of a hundred folders each; what is left waits for the next time. */
const tidyTimesMax = 10;

export async function node(carried: NodeInput): Promise<never> {
  const input = upgradeState('node', carried);
  let view: ObservedNode | undefined = input.view;
  let resident = input.resident;
  let news = view !== undefined;
  let tries = 0;
  let tidiedAtMs = Date.now();
  setHandler(
    verdictSignal,
    (verdict) => {
      view = verdict.view;
      resident = verdict.resident;
      news = true;
    },
    { description: 'The sweep has a new verdict about this node' },
  );
  for (;;) {
    const workerWanted = (): boolean => resident && view?.state === 'alive' && view.route === 'gateway';
    const restSeconds = workerWanted() ? Math.min(2 ** tries, restSecondsMax) : restSecondsMax;
    await condition(() => news, `${restSeconds}s`);
    if (news && view !== undefined) {
      news = false;
      mark({ LifecycleState: view.state });
      if (view.state === 'lost') await notify(workflowIds.dispatcher, nodeLostSignal, { node: input.node, evidence: view.evidence });
    }
    if (workerWanted()) {
      tries += 1;
      tell('starting the resident worker', { try: tries });
      try {
        await startWorker(input.node, () => news && view?.state !== 'alive');
      } catch (error) {
        tell(`resident worker not started; calls go through the gateway`, { why: failureOf(error).message, try: tries });
      }
    } else tries = 0;
    if (view?.state === 'alive' && Date.now() - tidiedAtMs >= tidyEveryMs) {
      tidiedAtMs = Date.now();
      try {
        await tidy(input.node);
      } catch (error) {
        log.warn('folders of completed jobs stay on the node until the next time', { node: input.node, why: failureOf(error).message });
      }
    }
    if (view !== undefined)
      tell(`${view.state} since ${new Date(view.sinceMs).toISOString()}`, { evidence: view.evidence, route: view.route, slots: view.slots });
    if (workflowInfo().historyLength > historyEventsMax && !news)
      await continueAsNew<typeof node>({ v: 1, node: input.node, resident, ...(view === undefined ? {} : { view }) });
  }
}

/** A node that is no longer alive is no place to start something, and its loss must not wait until that is clear to everybody. */
async function startWorker(id: NodeId, isPointless: () => boolean): Promise<void> {
  const scope = new CancellationScope();
  const started = scope.run(() => gateway.ensureNodeWorker({ node: id }));
  await Promise.race([started, condition(isPointless)]);
  scope.cancel();
  await started;
}

async function tidy(id: NodeId): Promise<void> {
  for (let times = 0; times < tidyTimesMax; times += 1) {
    const { jobs } = await ledger.foldersOf({ node: id });
    if (jobs.length === 0) return;
    try {
      await tidying.forgetJobs({ node: id, jobs });
    } catch (error) {
      const { code, message } = failureOf(error);
      if (code !== 'transport.busy') throw error;
      // What could not be removed stays, for people: asked for again it would stand before all others for ever.
      log.warn(message, { node: id });
    }
    await ledger.foldersGone({ node: id, jobs });
  }
}
