/** The decisions of a sweep besides the grade (`grade.ts`): the first view of a node, its route, and whether its verdict is new. */
import type { NodeConfig } from '../cluster/cluster.ts';
import type { NodeObservation, NodeRoute, ObservedNode } from './node.ts';

/** Returns the view of a node at which the sweep has not looked yet. */
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

/** Returns `resident` when the look found that the node's worker holds its lock. A node that could not be reached keeps its route. */
export function routeOf(view: ObservedNode, look: NodeObservation | undefined, isResident: boolean): NodeRoute {
  if (!isResident) return 'gateway';
  if (look === undefined || !look.reachable) return view.route;
  return look.workerAlive === true ? 'resident' : 'gateway';
}

/** Returns true when the node is new, or when its state or route has changed. Only such a verdict is sent to the entity `node/<id>`. */
export const isNewVerdict = (before: ObservedNode | undefined, now: ObservedNode): boolean =>
  before === undefined || before.state !== now.state || before.route !== now.route;
