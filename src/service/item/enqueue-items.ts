import type { Client } from '@temporalio/client';
import { startOptions } from '../../contract/start-options.ts';
import type { EnqueueInput } from '../../contract/workflows.ts';
import type { WorkItemSpec } from '../../domain/item/work-item.ts';
import { awaitResult } from '../temporal/await-result.ts';
import { messageId } from '../temporal/message-id.ts';

/** Enqueues items and returns how many were new. Enqueuing an item that is already in the queue with the same spec is not a failure. */
export async function enqueueItems(client: Client, items: readonly WorkItemSpec[]): Promise<{ readonly added: number }> {
  const input: EnqueueInput = { items };
  return awaitResult<{ readonly added: number }>(client, 'enqueue', {
    ...startOptions({
      workflowId: messageId('enqueue', input),
      summary: `Enqueue ${items.length === 1 ? items[0]?.id : `${items.length} items`}`,
      input,
    }),
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
}
