/** `enqueue/<id>`: adds items to the queue, idempotent by item id, and wakes the dispatcher. The CLI's `queue add` starts it. */
import { type EnqueueInput, workflowIds } from '../../src/contract/workflows.ts';
import { ledger } from '../isolate/activities.ts';
import { failureOf, failWith } from '../isolate/failure-of.ts';
import { notify, wakeSignal } from '../isolate/signals.ts';

export async function enqueue({ items }: EnqueueInput): Promise<{ readonly added: number }> {
  try {
    const { added } = await ledger.enqueue({ items });
    await notify(workflowIds.dispatcher, wakeSignal);
    return { added };
  } catch (error) {
    throw failWith(failureOf(error));
  }
}
