import type { Client } from '@temporalio/client';
import { startOptions } from '../../contract/start-options.ts';
import type { WishReply, WishRequest } from '../../domain/node/wish.ts';
import { awaitResult } from '../temporal/await-result.ts';
import { messageId } from '../temporal/message-id.ts';

/** Asks the ledger to record the wish, and returns the node's wish afterwards. The function does not wait for the jobs that run on the node. */
export async function wishNode(client: Client, request: WishRequest): Promise<WishReply> {
  return awaitResult<WishReply>(client, 'wishNode', {
    ...startOptions({
      workflowId: messageId('wish-node', request),
      summary: `Node ${request.node}: ${request.service} (${request.reason})`,
      input: request,
    }),
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
}
