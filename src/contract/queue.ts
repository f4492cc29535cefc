import type { NodeId } from '../domain/ids.ts';

/** Temporal task queues (DESIGN §5). */
export const controlQueue = 'ringmaster';
export const ledgerQueue = 'ledger';
export const gatewayQueue = 'gateway';
export const gatewayProbeQueue = 'gateway-probe';
export const nodeQueue = (node: NodeId): string => `node:${node}`;

/** Where a node's own worker answers that it lives, with slots of its own: a busy worker is not a dead one. */
export const nodeProbeQueue = (node: NodeId): string => `node:${node}-probe`;
