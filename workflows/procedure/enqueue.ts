/** `enqueue/<id>`: items into the queue (idempotent by id), and the dispatcher woken. The CLI's `queue add`. */
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
