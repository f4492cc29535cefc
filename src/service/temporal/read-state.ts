import type { Client } from '@temporalio/client';
import { stateQuery, type WorkflowState } from '../../contract/state-query.ts';
import { stateQueryMsMax } from '../limits.ts';

/**
 * Returns what a running workflow reports about itself. Returns undefined when it reports nothing within the limit: no worker runs, the workflow was
 * started by a release without this query and its worker has not been replaced, or the workflow ended meanwhile.
 */
export async function readState(client: Client, workflowId: string): Promise<WorkflowState | undefined> {
  try {
    return await client.withDeadline(Date.now() + stateQueryMsMax, () => client.workflow.getHandle(workflowId).query<WorkflowState>(stateQuery));
  } catch {
    return undefined;
  }
}
