import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import type { ObservedNode } from '../../../src/domain/node/node.ts';
import type { LedgerDependencies } from '../dependencies.ts';
import { wakeDispatcher } from '../item/start-jobs.ts';

/**
 * Records the sweep's observations. Wakes the dispatcher when a node that stays alive has other slots or labels than before: the workflow `nodes` wakes
 * the dispatcher only for a new state or route.
 */
export const recordNodes =
  ({ ledgers: { resources }, workflows, now }: LedgerDependencies): LedgerActivities['recordNodes'] =>
  async ({ nodes }) => {
    const before = new Map(resources.observedNodes().map((seen) => [seen.node, seen]));
    const recorded = resources.recordNodes(nodes, now());
    const decided = recorded.filter((view, at) => view !== nodes[at]);
    if (nodes.some((node) => hasOtherRoom(before.get(node.node), node))) await wakeDispatcher(workflows);
    return { wishes: resources.wishesOf(nodes), ...(decided.length === 0 ? {} : { decided }) };
  };

const hasOtherRoom = (before: ObservedNode | undefined, { state, slots, labels }: ObservedNode): boolean =>
  before !== undefined &&
  before.state === 'alive' &&
  state === 'alive' &&
  (before.slots !== slots || JSON.stringify(before.labels) !== JSON.stringify(labels));
