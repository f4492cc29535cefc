import type { NodeId } from '../ids.ts';

/**
 * joining → alive → suspect → unreachable → lost, from any of them back to alive on a good probe.
 * Which evidence moves it, for how long, and what vetoes it: `node-grade.ts`.
 */
export type NodeState = 'joining' | 'alive' | 'suspect' | 'unreachable' | 'lost';
export type NodeRoute = 'resident' | 'gateway';

/** What one look at a node saw. */
export interface NodeObservation {
  readonly node: NodeId;
  readonly atMs: number;
  readonly reachable: boolean;
  /** Why it is not reachable: a failure code's message. */
  readonly reason?: string;
  readonly bootId?: string;
  readonly load1?: number;
  readonly diskFreeBytes?: number;
  /** `resident` nodes: whether the worker's process holds its lock. */
  readonly workerAlive?: boolean;
  readonly latencyMs?: number;
  /** Why the node is reached by the system's ssh. */
  readonly through?: string;
}

export interface NodeView {
  readonly node: NodeId;
  readonly state: NodeState;
  readonly sinceMs: number;
  readonly route: NodeRoute;
  readonly slots: number;
  readonly labels: readonly string[];
  /** One sentence: what the state rests on. */
  readonly evidence: string;
  readonly observedAtMs: number;
}

export interface NodeLimits {
  readonly suspectAfterSeconds: number;
  readonly unreachableAfterSeconds: number;
  /** Must exceed every `selfFenceSeconds` by a margin. */
  readonly lostAfterSeconds: number;
}
