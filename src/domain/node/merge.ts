/** The observation of the sweep and the wish of the operator, as one view. A wish never hides the observed state: a drained node can be lost. */
import type { JobRef } from '../ids.ts';
import type { NodeView, ObservedNode } from './node.ts';
import { isDraining, isInService, type NodeWish } from './wish.ts';

/** Returns the fields of an observation alone. The sweep's memory of grading travels inside the observation and is not shown. */
const observedOf = ({ node, state, sinceMs, route, slots, labels, evidence, observedAtMs }: ObservedNode): ObservedNode => ({
  node,
  state,
  sinceMs,
  route,
  slots,
  labels,
  evidence,
  observedAtMs,
});

/** `openJobs` are the jobs that the node still has. They are shown while it drains. */
export function mergeNode(observed: ObservedNode, wish: NodeWish | undefined, openJobs: readonly JobRef[] = []): NodeView {
  if (wish === undefined) return observedOf(observed);
  return {
    ...observedOf(observed),
    slots: wish.slots ?? observed.slots,
    labels: wish.labels ?? observed.labels,
    wish,
    ...(isDraining({ wish }) ? { waitsFor: openJobs } : {}),
  };
}

/** True when the dispatcher and a job that ends may give this node a job. */
export const takesJobs = (node: Pick<NodeView, 'state' | 'wish'>): boolean => node.state === 'alive' && isInService(node);

/** True when the empty node could run an item of this shape. */
export const fits = (node: Pick<NodeView, 'slots' | 'labels'>, shape: { readonly slots: number; readonly labels: readonly string[] }): boolean =>
  node.slots >= shape.slots && shape.labels.every((label) => node.labels.includes(label));
