import type { Client } from '@temporalio/client';
import { controlQueue } from '../../contract/queue.ts';
import { type EnqueueInput, summaryOf, workflowTaskTimeout } from '../../contract/workflows.ts';
import type { WorkItemSpec } from '../../domain/item/work-item.ts';
import { awaitAnswer } from '../temporal/await-answer.ts';
import { messageId } from '../temporal/message-id.ts';

/** Answers how many were new: an item that is there already with the same spec is no fault. */
export async function enqueueItems(client: Client, items: readonly WorkItemSpec[]): Promise<{ readonly added: number }> {
  const input: EnqueueInput = { items };
  return awaitAnswer<{ readonly added: number }>(client, 'enqueue', {
    workflowId: messageId('enqueue', input),
    taskQueue: controlQueue,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowTaskTimeout,
    staticSummary: summaryOf(items.length === 1 ? `Enqueue ${items[0]?.id}` : `Enqueue ${items.length} items`),
  });
}
