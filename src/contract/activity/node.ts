import type { NodeId } from '../../domain/ids.ts';
import type { ObservedNode } from '../../domain/node/node.ts';

export interface NodeLedgerActivities {
  recordNodes: (p: { readonly nodes: readonly ObservedNode[] }) => Promise<void>;
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
