/**
 * `node/<id>`: what one node is to us. joining → alive → suspect → unreachable → lost, and back to alive on a good look.
 *
 * The verdict comes from the sweep (`nodes`); this entity draws the consequences: a lost node's jobs are told (through the dispatcher, which
 * knows them), and a resident worker that is gone on a reachable node is started again, with backoff. Meanwhile its calls go through the gateway.
 */
import { condition, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import { upgradeState } from '../src/contract/carried-state.ts';
import { type NodeInput, workflowIds } from '../src/contract/workflows.ts';
import type { NodeView } from '../src/domain/node.ts';
import { gateway } from './activities.ts';
import { failureOf } from './failure-of.ts';
import { nodeLostSignal, notify, verdictSignal } from './message.ts';
import { mark, tell } from './story.ts';

const historyEventsMax = 100;
const restSecondsMax = 60;

export async function node(carried: NodeInput): Promise<never> {
  const input = upgradeState('node', carried);
  let view: NodeView | undefined = input.view;
  let resident = input.resident;
  let news = view !== undefined;
  let tries = 0;
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
        await gateway.ensureNodeWorker({ node: input.node });
      } catch (error) {
        tell(`resident worker not started; calls go through the gateway`, { why: failureOf(error).message, try: tries });
      }
    } else tries = 0;
    if (view !== undefined)
      tell(`${view.state} since ${new Date(view.sinceMs).toISOString()}`, { evidence: view.evidence, route: view.route, slots: view.slots });
    if (workflowInfo().historyLength > historyEventsMax && !news)
      await continueAsNew<typeof node>({ v: 1, node: input.node, resident, ...(view === undefined ? {} : { view }) });
  }
}
