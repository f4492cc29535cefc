/**
 * `nodes`: one look at all nodes at once. A long activity sweeps them and comes back as soon as a verdict has changed (or after a while, to
 * refresh the read model); only the nodes whose verdict changed are told. What the verdicts mean is graded by a pure table (`src/domain/node/grade.ts`).
 */
import { continueAsNew, workflowInfo } from '@temporalio/workflow';
import { upgradeState } from '../../src/contract/carried-state.ts';
import { type NodeInput, type NodesInput, workflowIds } from '../../src/contract/workflows.ts';
import type { ObservedNode } from '../../src/domain/node/node.ts';
import type { NodeWish } from '../../src/domain/node/wish.ts';
import { ledger, probe } from '../isolate/activities.ts';
import { notify, verdictSignal, wakeSignal } from '../isolate/signals.ts';
import { restAfterError } from '../isolate/rest-after-error.ts';
import { startChildOnce } from '../isolate/children.ts';
import { setDetails } from '../isolate/details.ts';

const roundsMax = 12;
const roundMsMax = 15_000;

export async function nodes(carried: NodesInput): Promise<never> {
  let { views } = upgradeState('nodes', carried);
  for (let round = 0; round < roundsMax && !workflowInfo().continueAsNewSuggested; round += 1) {
    try {
      views = await look(views);
    } catch (error) {
      await restAfterError('nodes', error);
    }
  }
  return continueAsNew<typeof nodes>({ v: 1, views });
}

/** One sweep, and its consequences. */
async function look(known: readonly ObservedNode[]): Promise<readonly ObservedNode[]> {
  const before = new Map(known.map((view) => [view.node, view]));
  const seen = await probe.sweepNodes({ known, maxMs: roundMsMax });
  const views = seen.nodes;
  const recorded = await ledger.recordNodes({ nodes: views });
  const told = views.filter((view) => {
    const was = before.get(view.node);
    return was === undefined || was.state !== view.state || was.route !== view.route;
  });
  for (const view of told) await tellNode(view, seen.residents.includes(view.node), recorded?.wishes[view.node]);
  if (told.length > 0) await notify(workflowIds.dispatcher, wakeSignal);
  setDetails(
    `${views.filter((view) => view.state === 'alive').length} of ${views.length} nodes alive`,
    Object.fromEntries(views.map((view) => [view.node, `${view.state}: ${view.evidence}`])),
  );
  return views;
}

async function tellNode(view: ObservedNode, resident: boolean, wish: NodeWish | undefined): Promise<void> {
  const wished = wish === undefined ? {} : { wish };
  if (await notify(workflowIds.node(view.node), verdictSignal, { view, resident, ...wished })) return;
  const input: NodeInput = { v: 1, node: view.node, resident, view, ...wished };
  const attributes = { NodeId: view.node, LifecycleState: view.state };
  const start = { id: workflowIds.node(view.node), summary: `node ${view.node}`, attributes };
  if (await startChildOnce('node', start, input)) return;
  await notify(workflowIds.node(view.node), verdictSignal, { view, resident, ...wished });
}
