/** Merges the sweep's observation of a node with the operator's wish and the ledger's rest. A wish never hides the observed state: a drained node can still be lost. */
import type { JobRef } from '../ids.ts';
import type { NodeRest } from './node-rest.ts';
import type { NodeView, ObservedNode } from './node.ts';
import { isDraining, isInService, type NodeWish } from './wish.ts';

/** All fields of an observation. A field of `ObservedNode` that is missing here does not compile. */
const observedFields = {
  node: true,
  state: true,
  sinceMs: true,
  route: true,
  slots: true,
  labels: true,
  evidence: true,
  fix: true,
  observedAtMs: true,
  heardAtMs: true,
  diskFreeBytes: true,
  sharesFolderWith: true,
  noise: true,
  worker: true,
} as const satisfies Record<keyof ObservedNode, true>;

/** Returns only the fields of `ObservedNode`. A stored observation also contains the sweep's grade of the node, which is not shown. */
const observedOf = (stored: ObservedNode): ObservedNode =>
  Object.fromEntries(Object.entries(stored).filter(([name, value]) => name in observedFields && value !== undefined)) as unknown as ObservedNode;

/** Returns the view of a node. `openJobs` are the jobs that the node still has. The view lists these jobs only while the node drains. */
export function mergeNode(observed: ObservedNode, wish: NodeWish | undefined, openJobs: readonly JobRef[] = [], rest?: NodeRest): NodeView {
  const rests = rest === undefined ? {} : { rest };
  if (wish === undefined) return { ...observedOf(observed), ...rests };
  return {
    ...observedOf(observed),
    slots: wish.slots ?? observed.slots,
    labels: wish.labels ?? observed.labels,
    wish,
    ...rests,
    ...(isDraining({ wish }) ? { waitsFor: openJobs } : {}),
  };
}

/** Returns true when the node may get a job, both in a claim of the dispatcher and in the slots that another job has freed. */
export const takesJobs = (node: Pick<NodeView, 'state' | 'wish'>): boolean => node.state === 'alive' && isInService(node);

export const hasLabels = (node: Pick<NodeView, 'labels'>, { labels }: { readonly labels: readonly string[] }): boolean =>
  labels.every((label) => node.labels.includes(label));

/** Returns true when the node could run an item of this shape if all its slots were free. */
export const fits = (node: Pick<NodeView, 'slots' | 'labels'>, shape: { readonly slots: number; readonly labels: readonly string[] }): boolean =>
  node.slots >= shape.slots && hasLabels(node, shape);
