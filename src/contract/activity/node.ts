import type { NodeId } from '../../domain/ids.ts';
import type { ObservedNode } from '../../domain/node/node.ts';
import type { NodeWish, WishReply, WishRequest } from '../../domain/node/wish.ts';

export interface RecordedNodes {
  readonly wishes: Readonly<Record<NodeId, NodeWish>>;
  /** The nodes that the ledger recorded as lost because an operator decided so. Absent when there is none. */
  readonly decided?: readonly ObservedNode[];
}

export interface NodeLedgerActivities {
  /**
   * Records the sweep's observations. Returns the operators' wishes for these nodes. In a workflow history from a release without wishes, the result
   * is undefined.
   */
  recordNodes: (p: { readonly nodes: readonly ObservedNode[] }) => Promise<RecordedNodes | undefined>;
  /**
   * Records an operator's wish for a node. A repeat changes nothing. Refuses a wish for an unknown node. Without `force`, also refuses to take a
   * node out of service when it is the last node that some pending items could run on.
   */
  wishNode: (p: WishRequest) => Promise<WishReply>;
}

export interface NodeGatewayActivities {
  /** Starts the resident worker on the node, unless it is already running there. */
  ensureNodeWorker: (p: { readonly node: NodeId }) => Promise<{ readonly pid: number; readonly started: boolean }>;
}

/** Activities of the node's own worker. They work even when no other process can reach the node. */
export interface NodeResidentActivities {
  /** Returns the node's clock, in milliseconds. */
  answer: () => Promise<number>;
}

export interface NodeProbeActivities {
  /**
   * Looks at all nodes of the cluster file, again and again. Returns as soon as a verdict differs from `known`, and at the latest after `maxMs`. The
   * activity is long and sends heartbeats.
   */
  sweepNodes: (p: { readonly known: readonly ObservedNode[]; readonly maxMs: number }) => Promise<{
    readonly nodes: readonly ObservedNode[];
    /** The nodes on which the cluster file wants a resident worker. */
    readonly residents: readonly NodeId[];
  }>;
}
