/** What control asks the server about workflows that may run or be gone. */
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { WorkflowType } from '../../src/contract/workflows.ts';
import { keeperLimits } from '../limits.ts';

/** Returns the ids of the workflows of these types that run, by one request for all of them. The list of the server lags by about a second. */
export async function idsOfRunning(client: Client, types: readonly WorkflowType[]): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  const query = `ExecutionStatus = 'Running' AND WorkflowType IN (${types.map((type) => `'${type}'`).join(', ')})`;
  for await (const one of client.workflow.list({ query, pageSize: keeperLimits.listPageRows })) {
    ids.add(one.workflowId);
    if (ids.size >= keeperLimits.listRowsMax) break;
  }
  return ids;
}

/** Awaits a message to a workflow. A workflow that does not run gets no message, and that is no error. */
export async function unlessGone(message: Promise<unknown>): Promise<void> {
  try {
    await message;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
