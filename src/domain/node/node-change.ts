import type { NodeId } from '../ids.ts';

export const transitionKinds = ['state', 'service'] as const;

/**
 * A transition of a node, as history keeps it. `state` is what the sweep saw (`NodeState`), `service` what an operator wishes (`NodeService`, or `drained`).
 * Without `from` the node is new to the cluster. `to` is `removed` when the cluster file no longer names it.
 */
export interface NodeTransition {
  readonly node: NodeId;
  readonly what: (typeof transitionKinds)[number];
  readonly from?: string;
  readonly to: string;
  /** One sentence: what the transition rests on, or who wished it and why. */
  readonly evidence: string;
  readonly atMs: number;
}
