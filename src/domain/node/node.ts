import type { JobRef, NodeId } from '../ids.ts';
import type { NodeRest } from './node-rest.ts';
import type { NodePlace } from './place.ts';
import type { NodeWish } from './wish.ts';

/**
 * The states of a node: joining → alive → suspect → unreachable → lost. A good look makes a node in any of these states alive. `grade.ts` shows which
 * evidence moves a node, how long the evidence must last, and what prevents the move.
 */
export const nodeStates = ['joining', 'alive', 'suspect', 'unreachable', 'lost'] as const;
export type NodeState = (typeof nodeStates)[number];
const awayStates: readonly NodeState[] = ['unreachable', 'lost'];
/** Returns true for a node that may be gone. A stage does not wait for such a node to take an item. */
export const isAway = ({ state }: { readonly state: NodeState }): boolean => awayStates.includes(state);
export const nodeRoutes = ['resident', 'gateway'] as const;
export type NodeRoute = (typeof nodeRoutes)[number];

/** The result of one look at a node. */
export interface NodeObservation {
  readonly node: NodeId;
  readonly atMs: number;
  readonly reachable: boolean;
  /** The message of the failure. Present only when the node is not reachable. */
  readonly reason?: string;
  /** The words that follow "try" in the sentence of the failure. */
  readonly fix?: string;
  readonly bootId?: string;
  /** Absent when the node could not write or read its folder's id. */
  readonly place?: NodePlace;
  readonly load1?: number;
  readonly diskFreeBytes?: number;
  /** True when the process of the node's worker holds its lock. Present only for nodes with a resident worker. */
  readonly workerAlive?: boolean;
  readonly latencyMs?: number;
  /** The reason why the node is reached through the system's ssh. Absent when npm ssh2 is used. */
  readonly through?: string;
  /** The first words that the login of the node prints outside our programs. They are ignored. Absent when it prints nothing. */
  readonly noise?: string;
  /** Present only for nodes with a resident worker. */
  readonly worker?: NodeWorker;
}

/** The own worker of a node, for people. */
export interface NodeWorker {
  /** The words that follow "its worker reaches the server". */
  readonly server: string;
  /** The reason why the worker does not work: a failure code and its sentence. */
  readonly fault?: string;
  /** True while the worker that runs was started for an earlier cluster file or by another release. It is replaced. */
  readonly isOld?: true;
  /** The newest unexpected end of the worker. */
  readonly ended?: NodeWorkerEnd;
}

export interface NodeWorkerEnd {
  readonly pid: number;
  /** The time of the first look that found the end. */
  readonly atMs: number;
  /** The exit, and the last lines of the worker's log. */
  readonly how: string;
}

/** A node as the sweep observes it. Only the sweep writes this record. The sweep does not know the operator's wish. */
export interface ObservedNode {
  readonly node: NodeId;
  readonly state: NodeState;
  readonly sinceMs: number;
  readonly route: NodeRoute;
  readonly slots: number;
  readonly labels: readonly string[];
  /** One sentence: the evidence for the state. */
  readonly evidence: string;
  /** The words that follow "try" in the failure of the last look. Absent when the node responded. */
  readonly fix?: string;
  readonly observedAtMs: number;
  /** The time of the last look at which the node responded. Absent when it never did. */
  readonly heardAtMs?: number;
  /** The free space on the disk of the node's folder, at the last look at which the node responded. Absent when that look did not see it. */
  readonly diskFreeBytes?: number;
  /** The other nodes that have the same folder. Absent when there are none. */
  readonly sharesFolderWith?: readonly NodeId[];
  /** The first words that the login of the node prints outside our programs. They are ignored. Absent when it prints nothing. */
  readonly noise?: string;
  /** Present only for nodes with a resident worker. Only people read it. */
  readonly worker?: NodeWorker;
}

/** A node as it is shown and as the dispatcher uses it: the sweep's observation merged with the operator's wish (`merge.ts`). */
export interface NodeView extends ObservedNode {
  /** The wish that an operator made last. Absent when no operator has made a wish for this node; the node is then in service. */
  readonly wish?: NodeWish;
  /** Present while the node rests, because jobs failed on it. The ledger decides on rests; neither the sweep nor an operator does. */
  readonly rest?: NodeRest;
  /** The jobs that a draining node still has. Only the read model sets this field. */
  readonly waitsFor?: readonly JobRef[];
  /** The age of the last look at the node. Only the status of a running cluster has this field. */
  readonly lookAgeMs?: number;
  /** True when the last look is so old that the state may be the past. Only the status of a running cluster has this field. */
  readonly isLookOld?: true;
}

export interface NodeLimits {
  readonly suspectAfterSeconds: number;
  readonly unreachableAfterSeconds: number;
  /**
   * A node is lost when looks at it have failed for this long. The value must exceed the `selfFenceSeconds` of every job by a margin: `lostMarginMs`
   * in `src/config/limits.ts`.
   */
  readonly lostAfterSeconds: number;
}
