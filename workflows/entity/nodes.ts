/**
 * `nodes`: looks at all nodes at once. A long activity sweeps the nodes. The activity returns when a verdict is new, or after a while, so that the
 * read model stays fresh. The sweep writes observations only. The pure table `src/domain/node/grade.ts` makes the verdicts. Each new verdict is sent
 * to the entity `node/<id>` of its node.
 */
import { continueAsNew, workflowInfo } from '@temporalio/workflow';
import { given } from '../../src/base/given.ts';
import { upgradeState } from '../../src/contract/carried-state.ts';
import { type NodeInput, type NodesInput, workflowIds } from '../../src/contract/workflows.ts';
import type { ObservedNode } from '../../src/domain/node/node.ts';
import { isNewVerdict } from '../../src/domain/node/sweep.ts';
import { type NodeWish, stateAndService } from '../../src/domain/node/wish.ts';
import { ledger, probe } from '../isolate/activities.ts';
import { notify, verdictSignal, wakeSignal } from '../isolate/signals.ts';
import { restAfterError } from '../isolate/rest-after-error.ts';
import { startChildOnce } from '../isolate/children.ts';
import { setDetails } from '../isolate/details.ts';
import { sweepMsMax } from '../../src/domain/limits.ts';
import { sweepsMax } from '../isolate/limits.ts';

export async function nodes(carried: NodesInput): Promise<never> {
  let { views } = upgradeState('nodes', carried);
  for (let round = 0; round < sweepsMax && !workflowInfo().continueAsNewSuggested; round += 1) {
    try {
      views = await sweep(views);
    } catch (error) {
      await restAfterError('nodes', error);
    }
  }
  return continueAsNew<typeof nodes>({ v: 1, views });
}

/** Runs one sweep, records it, and sends each new verdict to its node's entity. Returns all verdicts. */
async function sweep(known: readonly ObservedNode[]): Promise<readonly ObservedNode[]> {
  const before = new Map(known.map((view) => [view.node, view]));
  const { nodes: seen, residents } = await probe.sweepNodes({ known, maxMs: sweepMsMax });
  const recorded = await ledger.recordNodes({ nodes: seen });
  // The ledger knows which nodes an operator has declared lost. The next sweep starts from this state, so such a node stays lost until it answers.
  const decided = new Map(recorded?.decided?.map((view) => [view.node, view]));
  const views = seen.map((view) => decided.get(view.node) ?? view);
  const wishOf = (view: ObservedNode): NodeWish | undefined => recorded?.wishes[view.node];
  const news = views.filter((view) => isNewVerdict(before.get(view.node), view));
  for (const view of news) await sendVerdict(view, residents.includes(view.node), wishOf(view));
  if (news.length > 0) await notify(workflowIds.dispatcher, wakeSignal);
  setDetails(
    `${views.filter((view) => view.state === 'alive').length} of ${views.length} nodes alive`,
    Object.fromEntries(views.map((view) => [view.node, `${stateAndService({ state: view.state, wish: wishOf(view) })}: ${view.evidence}`])),
  );
  return views;
}

/** Signals the verdict to the node's entity. If the entity does not run, starts it with the verdict. */
async function sendVerdict(view: ObservedNode, resident: boolean, wish: NodeWish | undefined): Promise<void> {
  const wished = given({ wish });
  if (await notify(workflowIds.node(view.node), verdictSignal, { view, resident, ...wished })) return;
  const input: NodeInput = { v: 1, node: view.node, resident, view, ...wished };
  const attributes = { NodeId: view.node, LifecycleState: view.state };
  const start = { id: workflowIds.node(view.node), summary: `node ${view.node}`, attributes };
  if (await startChildOnce('node', start, input)) return;
  await notify(workflowIds.node(view.node), verdictSignal, { view, resident, ...wished });
}
