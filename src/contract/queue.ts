import type { NodeId } from '../domain/ids.ts';

/** The task queue of the workflows. Each other queue in this file is for the activities of one kind of worker. */
export const controlQueue = 'ringmaster';
export const ledgerQueue = 'ledger';
export const gatewayQueue = 'gateway';
export const gatewayProbeQueue = 'gateway-probe';
export const nodeQueue = (node: NodeId): string => `node:${node}`;

/** Returns the queue on which the node's own worker shows that it is alive. The queue has its own slots, so that a busy worker does not look dead. */
export const nodeProbeQueue = (node: NodeId): string => `node:${node}-probe`;
