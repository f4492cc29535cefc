import type { Client } from '@temporalio/client';
import { startOptions } from '../../contract/start-options.ts';
import type { PipelineWishReply, PipelineWishRequest } from '../../domain/pipeline/wish.ts';
import { awaitResult } from '../temporal/await-result.ts';
import { messageId } from '../temporal/message-id.ts';

/** Returns how the workflow that records a wish is started. A repeat of the request finds the workflow that runs. */
export const wishStart = (request: PipelineWishRequest) => ({
  ...startOptions({
    workflowId: messageId('wish-pipeline', request),
    summary: `Pipeline ${request.pipeline}: ${request.verb} (${request.reason})`,
    input: request,
  }),
  workflowIdConflictPolicy: 'USE_EXISTING' as const,
});

/** Asks the ledger to record the wish, and returns the pipeline's wish afterwards. The function does not wait until the wish has taken effect. */
export const wishPipeline = async (client: Client, request: PipelineWishRequest): Promise<PipelineWishReply> =>
  awaitResult<PipelineWishReply>(client, 'wishPipeline', wishStart(request));
