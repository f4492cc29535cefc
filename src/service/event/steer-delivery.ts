import type { Client } from '@temporalio/client';
import { startOptions } from '../../contract/start-options.ts';
import type { SteerDelivery, SteeredDelivery } from '../../domain/event/steer-delivery.ts';
import { awaitResult } from '../temporal/await-result.ts';
import { messageId } from '../temporal/message-id.ts';

/** Asks the ledger worker to send dead letters again, to drop them, or to replay a range. Returns how many events were changed. */
export async function steerDelivery(client: Client, request: SteerDelivery): Promise<SteeredDelivery> {
  return awaitResult<SteeredDelivery>(client, 'steerDelivery', {
    ...startOptions({
      workflowId: messageId('steer-delivery', request),
      summary: `${request.verb} events of ${request.subscriber}`,
      input: request,
    }),
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
}
