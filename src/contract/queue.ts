import type { NodeId } from '../domain/ids.ts';

/** The task queue of all workflows. The other queues in this file are for activities. */
export const controlQueue = 'ringmaster';
export const ledgerQueue = 'ledger';
export const gatewayQueue = 'gateway';
export const gatewayProbeQueue = 'gateway-probe';
export const nodeQueue = (node: NodeId): string => `node:${node}`;

/** Returns the queue on which the node's own worker shows that it is alive. The queue has its own slots, so that a busy worker does not look dead. */
export const nodeProbeQueue = (node: NodeId): string => `node:${node}-probe`;
