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
  let known: Known = upgradeState('nodes', carried);
  for (let round = 0; round < sweepsMax && !workflowInfo().continueAsNewSuggested; round += 1) {
    try {
      known = await sweep(known);
    } catch (error) {
      await restAfterError('nodes', error);
    }
  }
  const { views, since } = known;
  return continueAsNew<typeof nodes>({ v: 1, views, ...given({ since }) });
}

type Known = Pick<NodesInput, 'views' | 'since'>;

/**
 * Runs one sweep, records it, and sends each new verdict to its node's entity. The sweep's result has only the nodes that have changed since the last
 * result, so that the history does not grow with the number of nodes. The ledger reads the other nodes from the sweep's file.
 */
async function sweep({ views: known, since }: Known): Promise<Known> {
  const swept = await probe.sweepNodes({ known, maxMs: sweepMsMax, ...given({ since }) });
  const { nodes: seen, residents, seq } = swept;
  const recorded = await ledger.recordNodes({ nodes: seen, ...given({ swept: seq }) });
  // The ledger knows which nodes an operator has declared lost. The next sweep starts from this state, so such a node stays lost until it answers.
  const decided = recorded?.decided ?? [];
  const decidedOf = new Map(decided.map((view) => [view.node, view]));
  const views = seen.map((view) => decidedOf.get(view.node) ?? view);
  const added = decided.filter(({ node }) => !seen.some((view) => view.node === node));
  const wishOf = (view: Pick<ObservedNode, 'node'>): NodeWish | undefined => recorded?.wishes[view.node];
  const hasOnlyChanges = since !== undefined && seq === since + 1;
  const before = new Map(known.map((view) => [view.node, view]));
  const news = [...views, ...added].filter((view) => (hasOnlyChanges && !before.has(view.node)) || isNewVerdict(before.get(view.node), view));
  for (const view of news) await sendVerdict(view, residents.includes(view.node), wishOf(view));
  if (news.length > 0) await notify(workflowIds.dispatcher, wakeSignal);
  const { alive, all, troubled } = swept.summary ?? {
    alive: views.filter((view) => view.state === 'alive').length,
    all: views.length,
    troubled: views,
  };
  setDetails(
    `${alive} of ${all} nodes alive`,
    Object.fromEntries(troubled.map((view) => [view.node, `${stateAndService({ state: view.state, wish: wishOf(view) })}: ${view.evidence}`])),
  );
  return seq === undefined ? { views } : { views: decided, since: seq };
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
