import type { JobRef, NodeId } from '../ids.ts';
import type { NodeWish } from './wish.ts';

/**
 * joining → alive → suspect → unreachable → lost, from any of them back to alive on a good look.
 * Which evidence moves a node, for how long, and what vetoes the move: `grade.ts`.
 */
export const nodeStates = ['joining', 'alive', 'suspect', 'unreachable', 'lost'] as const;
export type NodeState = (typeof nodeStates)[number];
export type NodeRoute = 'resident' | 'gateway';

/** The result of one look at a node. */
export interface NodeObservation {
  readonly node: NodeId;
  readonly atMs: number;
  readonly reachable: boolean;
  /** The failure's message, when the node is not reachable. */
  readonly reason?: string;
  readonly bootId?: string;
  readonly load1?: number;
  readonly diskFreeBytes?: number;
  /** `resident` nodes only: true when the process of the node's worker holds its lock. */
  readonly workerAlive?: boolean;
  readonly latencyMs?: number;
  /** Why the node is reached by the system's ssh. */
  readonly through?: string;
}

/** A node as the sweep sees it. Only the sweep writes this, and the sweep does not know the operator's wish. */
export interface ObservedNode {
  readonly node: NodeId;
  readonly state: NodeState;
  readonly sinceMs: number;
  readonly route: NodeRoute;
  readonly slots: number;
  readonly labels: readonly string[];
  /** One sentence: the evidence for the state. */
  readonly evidence: string;
  readonly observedAtMs: number;
}

/** A node as it is shown, and by which dispatch decides: the observation merged with the wish (`merge.ts`). */
export interface NodeView extends ObservedNode {
  /** Absent when no operator has made a wish for this node. The node is then in service. */
  readonly wish?: NodeWish;
  /** The jobs that a draining node still has. Only the read model fills this. */
  readonly waitsFor?: readonly JobRef[];
}

export interface NodeLimits {
  readonly suspectAfterSeconds: number;
  readonly unreachableAfterSeconds: number;
  /** Must exceed every `selfFenceSeconds` by a margin. */
  readonly lostAfterSeconds: number;
}
