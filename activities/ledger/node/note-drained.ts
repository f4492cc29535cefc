import { signals, workflowIds } from '../../../src/contract/workflows.ts';
import type { NodeId } from '../../../src/domain/ids.ts';
import { isDraining, type NodeWish } from '../../../src/domain/node/wish.ts';
import type { LedgerDependencies } from '../dependencies.ts';

interface Drained {
  readonly node: NodeId;
  readonly wish: NodeWish;
}

/**
 * Marks each draining node that has no job left as drained, and returns the nodes that it marked. `open` holds the jobs whose slots the dispatcher
 * counts. `open` also includes the jobs of a lost node that are closed in the queue but whose processes were not stopped yet. A lost node is never
 * marked, because nothing is known about its processes.
 */
export function noteDrained(
  { ledgers: { queue, resources }, now }: LedgerDependencies,
  open: readonly { readonly node: NodeId }[],
): readonly Drained[] {
  // The wishes are read first, because this code runs in every claim and in most claims no node is draining.
  const draining = [...resources.wishes.all()].filter(([, wish]) => isDraining({ wish }));
  if (draining.length === 0) return [];
  const present = new Set(resources.observedNodes().flatMap(({ node, state }) => (state === 'lost' ? [] : [node])));
  const busy = new Set([...open, ...queue.openRows()].map(({ node }) => node));
  const drainedAtMs = now();
  const drained = draining.flatMap(([node, wish]) => (present.has(node) && !busy.has(node) ? [{ node, wish: { ...wish, drainedAtMs } }] : []));
  if (drained.length > 0)
    resources.ledger.write('record that nodes are drained', () => {
      for (const { node, wish } of drained) resources.wishes.put(node, wish);
    });
  return drained;
}

/** Signals the entities of these nodes, so that they show the end of the drain. */
export async function notifyDrained({ workflows }: LedgerDependencies, drained: readonly Drained[]): Promise<void> {
  for (const { node, wish } of drained) await workflows.signal(workflowIds.node(node), signals.wish, wish);
}
