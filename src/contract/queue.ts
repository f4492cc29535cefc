import type { NodeId } from '../domain/ids.ts';

/** Temporal task queues. */
export const controlQueue = 'ringmaster';
export const ledgerQueue = 'ledger';
export const gatewayQueue = 'gateway';
export const gatewayProbeQueue = 'gateway-probe';
export const nodeQueue = (node: NodeId): string => `node:${node}`;

/** The node's own worker shows on this queue that it is alive. The queue has slots of its own, so that a busy worker does not look dead. */
export const nodeProbeQueue = (node: NodeId): string => `node:${node}-probe`;
