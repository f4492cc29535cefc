import type { NodeId } from '../ids.ts';

export const transitionKinds = ['state', 'service', 'rest'] as const;

/**
 * A transition of a node, as the history records it. When the sweep observed the transition, `what` is `state`, and `from` and `to` are each a
 * `NodeState`. When the ledger began or ended a rest, `what` is `rest`, and `from` and `to` are each `working` or `resting`. When an operator's wish caused the transition, `what` is `service`, and `from` and `to` are each a `NodeService` or `drained`. `from`
 * is absent when the node is new to the cluster. `to` is `removed` when the cluster file no longer names the node.
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
