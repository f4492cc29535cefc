import type { Client } from '@temporalio/client';
import { stateQuery, type WorkflowState } from '../../contract/state-query.ts';
import { stateQueryMsMax } from '../limits.ts';

/**
 * Returns what a running workflow reports about itself. Returns undefined when the workflow reports nothing within the limit. Possible reasons are
 * that no worker runs, that the workflow has ended meanwhile, or that its worker is of an older release that lacks this query.
 */
export async function readState(client: Client, workflowId: string): Promise<WorkflowState | undefined> {
  try {
    return await client.withDeadline(Date.now() + stateQueryMsMax, () => client.workflow.getHandle(workflowId).query<WorkflowState>(stateQuery));
  } catch {
    return undefined;
  }
}
