/** What the sweep believes of a node besides its grade (`grade.ts`): the first view, the route, and whether the verdict is news. */
import type { NodeConfig } from '../cluster/cluster.ts';
import type { NodeObservation, NodeRoute, ObservedNode } from './node.ts';

/** Returns the view of a node that was never looked at. */
export const firstView = ({ id, slots, labels }: NodeConfig, nowMs: number): ObservedNode => ({
  node: id,
  state: 'joining',
  sinceMs: nowMs,
  route: 'gateway',
  slots,
  labels,
  evidence: 'not looked at yet',
  observedAtMs: nowMs,
});

/** Returns `resident` while the node's worker was seen to hold its lock. A node that did not answer the look keeps its route. */
export function routeOf(view: ObservedNode, look: NodeObservation | undefined, isResident: boolean): NodeRoute {
  if (!isResident) return 'gateway';
  if (look === undefined || !look.reachable) return view.route;
  return look.workerAlive === true ? 'resident' : 'gateway';
}

/** True when the node is new, or its state or route has changed. The entity `node/<id>` is told of nothing else. */
export const isNewVerdict = (before: ObservedNode | undefined, now: ObservedNode): boolean =>
  before === undefined || before.state !== now.state || before.route !== now.route;
