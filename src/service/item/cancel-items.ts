import type { Client } from '@temporalio/client';
import { startOptions } from '../../contract/start-options.ts';
import type { CancelInput } from '../../contract/workflows.ts';
import type { ItemId } from '../../domain/ids.ts';
import { itemsAtOnceMax } from '../../domain/limits.ts';
import { awaitResult } from '../temporal/await-result.ts';
import { messageId } from '../temporal/message-id.ts';

/**
 * The result of the workflow `cancel`. `cancelled` counts the pending items that are now closed. `stopping` counts the jobs that received the signal
 * and will close by themselves.
 */
export interface CancelAnswer {
  readonly cancelled: number;
  readonly stopping: number;
  /** The number of items that were cancelled already. Absent in a reply of an older release. */
  readonly before?: number;
}

/** Cancels items, in several workflows when one request for all of them would be too large. Each workflow may be repeated. */
export async function cancelItems(client: Client, items: readonly ItemId[], reason: string, by: string): Promise<CancelAnswer> {
  const sum = { cancelled: 0, stopping: 0, before: 0 };
  for (let from = 0; from < items.length; from += itemsAtOnceMax) {
    const answer = await cancelSome(client, items.slice(from, from + itemsAtOnceMax), reason, by);
    sum.cancelled += answer.cancelled;
    sum.stopping += answer.stopping;
    sum.before += answer.before ?? 0;
  }
  return sum;
}

function cancelSome(client: Client, items: readonly ItemId[], reason: string, by: string): Promise<CancelAnswer> {
  const input: CancelInput = { items, reason, by };
  return awaitResult<CancelAnswer>(client, 'cancel', {
    ...startOptions({ workflowId: messageId('cancel', input), summary: `Cancel ${items.join(', ')}`, input }),
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
}
