import type { PauseReply, PauseRequest } from '../../domain/cluster/pause.ts';
import type { NodeId } from '../../domain/ids.ts';
import type { SweepSummary } from '../../domain/node/swept-nodes.ts';
import type { ObservedNode } from '../../domain/node/node.ts';
import type { NodeWish, WishReply, WishRequest } from '../../domain/node/wish.ts';

export interface RecordedNodes {
  readonly wishes: Readonly<Record<NodeId, NodeWish>>;
  /** The nodes that the ledger recorded as lost because an operator decided so. Absent when there is none. */
  readonly decided?: readonly ObservedNode[];
}

export interface NodeLedgerActivities {
  /**
   * Records the sweep's observations. With `swept`, `nodes` are only the nodes with a new verdict, and the observations of all nodes are read from the
   * sweep's file, if the file has this number. Returns the operators' wishes for these nodes. In a workflow history from a release without wishes, the result
   * is undefined.
   */
  recordNodes: (p: { readonly nodes: readonly ObservedNode[]; readonly swept?: number }) => Promise<RecordedNodes | undefined>;
  /** Returns the last recorded observations of all nodes. */
  lastNodes: () => Promise<{ readonly views: readonly ObservedNode[] }>;
  /**
   * Records an operator's wish for a node. A repeat changes nothing. Refuses a wish for an unknown node. Without `force`, also refuses to take a
   * node out of service when it is the last node that some pending items could run on.
   */
  wishNode: (p: WishRequest) => Promise<WishReply>;
  /** Records the pause of the whole cluster, or its end. A repeat changes nothing. */
  pauseCluster: (p: PauseRequest) => Promise<PauseReply>;
}

export interface NodeGatewayActivities {
  /** Starts the resident worker on the node, unless it is already running there. */
  ensureNodeWorker: (p: { readonly node: NodeId }) => Promise<{ readonly pid: number; readonly started: boolean }>;
  /** Runs the command that the node's entry of the cluster file has for its shutdown. Returns why it failed, when it ran and failed. */
  shutNodeDown: (p: { readonly node: NodeId }) => Promise<{ readonly failure?: string }>;
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
   *
   * The caller passes `seq` of the last result as `since`, and in `known` only the nodes about which the ledger has decided since. The activity then returns only the nodes whose verdict has changed since that result. When
   * the activity does not know that result, it returns all nodes. A result without `seq` has all nodes: an older release made it, or the observations
   * could not be written to the sweep's file.
   */
  sweepNodes: (p: { readonly known: readonly ObservedNode[]; readonly since?: number; readonly maxMs: number }) => Promise<{
    readonly nodes: readonly ObservedNode[];
    /** The nodes on which the cluster file wants a resident worker. */
    readonly residents: readonly NodeId[];
    readonly seq?: number;
    readonly summary?: SweepSummary;
  }>;
}
