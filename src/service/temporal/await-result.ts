import type { Client, WorkflowStartOptions } from '@temporalio/client';
import { RingmasterError } from '../../domain/failure/error.ts';
import { shortWorkflowMsMax } from '../limits.ts';

/**
 * Starts a short workflow and waits a limited time for its result. When the time is over, the workflow continues, and the call fails with a failure
 * that says so.
 */
export async function awaitResult<Answer>(
  client: Client,
  type: string,
  options: WorkflowStartOptions,
  limitMs: number = shortWorkflowMsMax,
): Promise<Answer> {
  const handle = await client.workflow.start(type, options);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new RingmasterError('transport.timeout', {
          cannot: `say how ${options.workflowId} ended`,
          because: `it has no result after ${limitMs / 1000} s; it goes on`,
          hint: { say: 'looking whether control and ledger run', run: 'ringmaster status' },
          fields: { workflowId: options.workflowId },
        }),
      );
    }, limitMs);
  });
  try {
    return (await Promise.race([handle.result(), late])) as Answer;
  } finally {
    clearTimeout(timer);
  }
}
