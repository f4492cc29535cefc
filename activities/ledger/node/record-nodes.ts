import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { type NodeLostSignal, signals } from '../../../src/contract/workflows.ts';
import { type NodeId, jobWorkflowId } from '../../../src/domain/ids.ts';
import type { ObservedNode } from '../../../src/domain/node/node.ts';
import { withIdlePlace } from '../../../src/domain/node/place.ts';
import type { SweptNodes } from '../../../src/domain/node/swept-nodes.ts';
import type { WorkQueue } from '../../../src/storage/queue/work-queue.ts';
import type { LedgerDependencies, Workflows } from '../dependencies.ts';
import { oweWake } from '../../../src/storage/queue/owed-wake.ts';
import { payOwedWakes } from '../item/start-jobs.ts';

/**
 * Records the sweep's observations. A node at another place than before moves there when it has no open job (`src/domain/node/place.ts`). Wakes the dispatcher when a node that stays alive has other slots or labels than before: the daemon CLUSTER_MONITOR wakes
 * the dispatcher only for a new state or route. A node that the cluster file no longer names is lost by decision: each job that is still open on it gets
 * the signal of a loss, so that its item is tried elsewhere at once. A repeated signal changes nothing.
 */
export const recordNodes =
  (dependencies: LedgerDependencies): LedgerActivities['recordNodes'] =>
  async ({ nodes: given, swept: seq }) => {
    const {
      ledgers: { queue, resources },
      workflows,
      now,
      swept: sweptFile,
    } = dependencies;
    const observed = resources.observedNodes();
    const before = new Map(observed.map((seen) => [seen.node, seen]));
    const whole = seq === undefined ? given : wholeSweep(seq, sweptFile?.());
    const swept = whole ?? withChanges(observed, given);
    const busy = new Set(queue.openRows().map(({ node }) => node));
    const nodes = swept.map((view) => withIdlePlace(view, busy.has(view.node)));
    if (nodes.some((node) => hasOtherRoom(before.get(node.node), node))) oweWake(queue.ledger);
    const recorded = resources.recordNodes(nodes, now());
    const decided = recorded.filter((view, at) => view !== swept[at]);
    // Each sweep comes here, so a wake that an activity of a dead worker owed waits for the next sweep at most.
    await payOwedWakes(dependencies);
    // Changes alone do not show which nodes the cluster file names.
    if (whole !== undefined) await giveUpAbsent(queue, workflows, whole);
    return { wishes: resources.wishesOf(nodes), ...(decided.length === 0 ? {} : { decided }) };
  };

const hasOtherRoom = (before: ObservedNode | undefined, { state, slots, labels }: ObservedNode): boolean =>
  before !== undefined &&
  before.state === 'alive' &&
  state === 'alive' &&
  (before.slots !== slots || JSON.stringify(before.labels) !== JSON.stringify(labels));

async function giveUpAbsent(queue: WorkQueue, workflows: Workflows, nodes: readonly ObservedNode[]): Promise<void> {
  const present = new Set<NodeId>(nodes.map(({ node }) => node));
  for (const { id, epoch, node } of queue.openRows()) {
    if (node === null || present.has(node)) continue;
    const evidence = 'the cluster file no longer names it';
    await workflows.signal(jobWorkflowId({ item: id, epoch }), signals.nodeLost, { node, evidence } satisfies NodeLostSignal);
  }
}

/** Returns the observations of all nodes in the sweep's file. Returns undefined when the file is missing or has another number. */
const wholeSweep = (seq: number, swept: SweptNodes | undefined): readonly ObservedNode[] | undefined =>
  swept?.seq === seq ? swept.views : undefined;

/** Returns what is known of all nodes, with the changes. The other nodes keep their observations, with the time at which they were made. */
function withChanges(observed: readonly ObservedNode[], changed: readonly ObservedNode[]): readonly ObservedNode[] {
  return [...new Map([...observed, ...changed].map((view) => [view.node, view])).values()];
}
