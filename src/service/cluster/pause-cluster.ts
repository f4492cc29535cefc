import type { Client } from '@temporalio/client';
import { startOptions } from '../../contract/start-options.ts';
import type { PauseReply, PauseRequest } from '../../domain/cluster/pause.ts';
import { awaitResult } from '../temporal/await-result.ts';
import { messageId } from '../temporal/message-id.ts';

/** Asks the ledger to pause the whole cluster or to end the pause, and returns when the ledger has recorded it. */
export const pauseCluster = async (client: Client, request: PauseRequest): Promise<PauseReply> =>
  awaitResult<PauseReply>(client, 'pauseCluster', {
    ...startOptions({ workflowId: messageId('pause-cluster', request), summary: `${request.verb} everything (${request.reason})`, input: request }),
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
