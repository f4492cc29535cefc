import { signals, workflowIds } from '../../../src/contract/workflows.ts';
import type { NodeId } from '../../../src/domain/ids.ts';
import { isDraining, lastChangeMs, nextChangeMs, type NodeWish } from '../../../src/domain/node/wish.ts';
import type { LedgerDependencies } from '../dependencies.ts';

/**
 * Marks each draining node without any job as drained, and signals the node's entity, so that the entity shows the end of the drain. The signal is
 * sent before the mark is recorded. When the worker dies between the two, the next claim does both again, and the entity takes the later wish.
 * `open` holds the jobs whose slots the dispatcher counts. `open` also includes the jobs of a lost node that are closed in the queue but whose
 * processes were not stopped yet. A lost node is never marked, because nothing is known about its processes.
 */
export async function noteDrained(
  { ledgers: { queue, resources }, workflows, now }: LedgerDependencies,
  open: readonly { readonly node: NodeId }[],
): Promise<void> {
  // The wishes are read first, because this code runs in every claim and in most claims no node is draining.
  const draining = [...resources.wishes.all()].filter(([, wish]) => isDraining({ wish }));
  if (draining.length === 0) return;
  const present = new Set(resources.observedNodes().flatMap(({ node, state }) => (state === 'lost' ? [] : [node])));
  const busy = new Set([...open, ...queue.openRows()].map(({ node }) => node));
  for (const [node, before] of draining) {
    if (!present.has(node) || busy.has(node)) continue;
    const wish: NodeWish = { ...before, drainedAtMs: nextChangeMs(before, now()) };
    await workflows.signal(workflowIds.node(node), signals.wish, wish);
    resources.ledger.write('record that a node is drained', () => {
      const stored = resources.wishes.all().get(node);
      // An operator may have changed the wish meanwhile. A newer wish stays.
      if (stored !== undefined && lastChangeMs(stored) === lastChangeMs(before)) resources.wishes.put(node, wish);
    });
  }
}
