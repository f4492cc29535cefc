import type { Client } from '@temporalio/client';
import { startOptions } from '../../contract/start-options.ts';
import type { DaemonWishReply, DaemonWishRequest } from '../../domain/daemon/wish-request.ts';
import { awaitResult } from '../temporal/await-result.ts';
import { messageId } from '../temporal/message-id.ts';

/** Asks the ledger to record the request, and returns what it changes. The function does not wait until the daemons have followed it. */
export const wishDaemons = async (client: Client, request: DaemonWishRequest): Promise<DaemonWishReply> =>
  awaitResult<DaemonWishReply>(client, 'wishDaemons', {
    ...startOptions({
      workflowId: messageId('wish-daemons', request),
      summary: `${request.verb} ${request.daemons?.join(', ') ?? 'all daemons'} (${request.reason})`,
      input: request,
    }),
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
