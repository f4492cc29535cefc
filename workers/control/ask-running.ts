/** What control asks the server about workflows that may run or be gone. */
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { WorkflowType } from '../../src/contract/workflows.ts';
import { keeperLimits } from '../limits.ts';

/** Returns the ids of the workflows of these types that run, by one request for all of them. The list of the server lags by about a second. */
export async function idsOfRunning(client: Client, types: readonly WorkflowType[]): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for await (const one of client.workflow.list({ query: runningOf(types), pageSize: keeperLimits.listPageRows })) {
    ids.add(one.workflowId);
    if (ids.size >= keeperLimits.listRowsMax) break;
  }
  return ids;
}

/** Returns how many workflows of these types run. A count costs the server much less than a list, which reads the namespace again for each row. */
export const countRunning = async (client: Client, types: readonly WorkflowType[]): Promise<number> =>
  (await client.workflow.count(runningOf(types))).count;

const runningOf = (types: readonly WorkflowType[]): string =>
  `ExecutionStatus = 'Running' AND WorkflowType IN (${types.map((type) => `'${type}'`).join(', ')})`;

/** Awaits a message to a workflow. A workflow that does not run gets no message, and that is no error. */
export async function unlessGone(message: Promise<unknown>): Promise<void> {
  try {
    await message;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
