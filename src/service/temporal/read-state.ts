import type { Client } from '@temporalio/client';
import { stateQuery, type WorkflowState } from '../../contract/state-query.ts';
import { stateQueryMsMax } from '../limits.ts';

/**
 * Returns what a running workflow reports about itself. Returns undefined when the workflow reports nothing within the limit. This has three possible
 * causes: no worker runs; a worker of an older release, which lacks this query, still runs the workflow; or the workflow has ended meanwhile.
 */
export async function readState(client: Client, workflowId: string): Promise<WorkflowState | undefined> {
  try {
    return await client.withDeadline(Date.now() + stateQueryMsMax, () => client.workflow.getHandle(workflowId).query<WorkflowState>(stateQuery));
  } catch {
    return undefined;
  }
}
