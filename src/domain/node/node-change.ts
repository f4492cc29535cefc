import type { NodeId } from '../ids.ts';

export const transitionKinds = ['state', 'service'] as const;

/**
 * A transition of a node, as the history records it. `what` is `state` when the sweep observed the transition: `from` and `to` are then each a `NodeState`.
 * `what` is `service` when it comes from an operator's wish: they are then each a `NodeService` or `drained`. `from` is absent when the node is new to the
 * cluster. `to` is `removed` when the cluster file no longer names the node.
 */
export interface NodeTransition {
  readonly node: NodeId;
  readonly what: (typeof transitionKinds)[number];
  readonly from?: string;
  readonly to: string;
  /** One sentence: the evidence for the transition, or the operator's name and reason. */
  readonly evidence: string;
  readonly atMs: number;
}
