import type { NodeId } from '../../domain/ids.ts';
import type { ObservedNode } from '../../domain/node/node.ts';
import type { NodeWish, WishReply, WishRequest } from '../../domain/node/wish.ts';

export interface NodeLedgerActivities {
  /** Records what the sweep saw. Returns what operators wish of these nodes; undefined in histories of a release that knew no wishes. */
  recordNodes: (p: { readonly nodes: readonly ObservedNode[] }) => Promise<{ readonly wishes: Readonly<Record<NodeId, NodeWish>> } | undefined>;
  /**
   * Records what an operator wishes of a node; a repeat changes nothing. Refuses an unknown node, and without `force` the last node that some pending
   * items could run on.
   */
  wishNode: (p: WishRequest) => Promise<WishReply>;
}

export interface NodeGatewayActivities {
  /** Starts the resident worker on a node unless it runs already. */
  ensureNodeWorker: (p: { readonly node: NodeId }) => Promise<{ readonly pid: number; readonly started: boolean }>;
}

/** The node's own worker answers these, when no other process can reach the node. */
export interface NodeResidentActivities {
  /** Returns the node's clock, in milliseconds. */
  answer: () => Promise<number>;
}

export interface NodeProbeActivities {
  /**
   * The sweep: long, with heartbeats. Looks at all nodes of the cluster file again and again. Returns as soon as a verdict differs from `known`, or after
   * `maxMs`.
   */
  sweepNodes: (p: { readonly known: readonly ObservedNode[]; readonly maxMs: number }) => Promise<{
    readonly nodes: readonly ObservedNode[];
    /** Nodes that are to have a resident worker. */
    readonly residents: readonly NodeId[];
  }>;
}
