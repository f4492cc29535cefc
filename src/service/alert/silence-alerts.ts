import type { Client } from '@temporalio/client';
import { startOptions } from '../../contract/start-options.ts';
import type { SilenceReply, SilenceRequest } from '../../domain/alert/silence.ts';
import { awaitResult } from '../temporal/await-result.ts';
import { messageId } from '../temporal/message-id.ts';

/** Asks the ledger to silence alerts or to end silences, and returns the silences. */
export const silenceAlerts = async (client: Client, request: SilenceRequest): Promise<SilenceReply> =>
  awaitResult<SilenceReply>(client, 'silenceAlerts', {
    ...startOptions({
      workflowId: messageId('silence-alerts', request),
      summary: `${request.verb} ${request.targets.join(', ')} (${request.reason})`,
      input: request,
    }),
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
