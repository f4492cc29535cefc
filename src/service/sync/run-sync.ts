import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { startOptions } from '../../contract/start-options.ts';
import { signals, workflowIds } from '../../contract/workflows.ts';
import type { SyncRequest } from '../../domain/dataset/sync.ts';
import { RingmasterError } from '../../domain/failure/error.ts';

export type SyncStart = 'started' | 'will-run-again';

/**
 * Starts a sync, or signals a running sync to run once more. The start must fail when the sync already runs. With USE_EXISTING the caller could not
 * tell a fresh sync from a running one. It would signal the fresh sync too, which would then run twice. The running sync can end between the failed
 * start and the signal. The loop then starts a new sync.
 */
export async function runSync(client: Client, input: SyncRequest): Promise<{ readonly workflowId: string; readonly start: SyncStart }> {
  const workflowId = workflowIds.sync(input.dataset, input.source, input.target);
  for (let round = 0; round < 3; round += 1) {
    try {
      await client.workflow.start('sync', {
        ...startOptions({ workflowId, summary: `Sync ${input.dataset}: ${input.source} to ${input.target}`, input }),
        workflowIdConflictPolicy: 'FAIL',
      });
      return { workflowId, start: 'started' };
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    try {
      await client.workflow.getHandle(workflowId).signal(signals.again);
      return { workflowId, start: 'will-run-again' };
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
  throw new RingmasterError('transport.busy', {
    cannot: `start ${workflowId}`,
    because: 'it started and ended by other hands three times while we asked',
    hint: { run: `ringmaster explain ${workflowId}` },
  });
}
