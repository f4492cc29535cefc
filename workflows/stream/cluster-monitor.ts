/**
 * CLUSTER_MONITOR looks at all nodes at once. A long activity sweeps the nodes. The activity returns when a verdict is new, or after a while, so that the
 * read model stays fresh. The sweep writes observations only. The pure table `src/domain/node/grade.ts` makes the verdicts. Each new verdict is sent
 * to the entity `node/<id>` of its node.
 */
import { given } from '../../src/base/given.ts';
import { type NodeInput, workflowIds } from '../../src/contract/workflows.ts';
import type { Worked } from '../../src/domain/daemon/work.ts';
import { sweepMsMax } from '../../src/domain/limits.ts';
import type { ObservedNode } from '../../src/domain/node/node.ts';
import { isNewVerdict } from '../../src/domain/node/sweep.ts';
import { type NodeWish, stateAndService } from '../../src/domain/node/wish.ts';
import { ledger, monitor } from '../isolate/activities.ts';
import { startChildOnce } from '../isolate/children.ts';
import { notify, verdictSignal, wakeSignal } from '../isolate/signals.ts';

/** The health of the duty names at most this many nodes that are not alive. */
const troubledShownMax = 20;

/** The memory of a sweep for the next sweep. */
interface Memory {
  /** The nodes as this workflow knows them. With `since`, only the nodes about which the ledger has decided: the sweep knows the others. */
  readonly views: readonly ObservedNode[];
  /** The number of the last result of the sweep. */
  readonly since?: number;
}

/**
 * Runs one sweep, records it, and sends each new verdict to its node's entity. The sweep's result has only the nodes that have changed since the last
 * result, so that the history does not grow with the number of nodes. The ledger reads the other nodes from the sweep's file.
 */
export async function watchNodes(memory: unknown, isFirst: boolean): Promise<Worked<Memory>> {
  const { views: known, since }: Memory = (memory as Memory | undefined) ?? (await ledger.lastNodes());
  const swept = await monitor.sweepNodes({ known, maxMs: isFirst ? 1 : sweepMsMax, ...given({ since }) });
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
  const health = {
    // The duty is well while it looks. A node that is not alive is the state of that node.
    healthy: true,
    message: `${alive} of ${all} nodes are alive`,
    details: Object.fromEntries(
      troubled
        .slice(0, troubledShownMax)
        .map((view) => [view.node, `${stateAndService({ state: view.state, wish: wishOf(view) })}: ${view.evidence}`]),
    ),
  };
  return { health, memory: seq === undefined ? { views } : { views: decided, since: seq }, steps: [], restMs: 0 };
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
