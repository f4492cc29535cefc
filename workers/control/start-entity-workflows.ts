import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { controlQueue } from '../../src/contract/queue.ts';
import { type DispatcherInput, type NodesInput, workflowIds, workflowTaskTimeout } from '../../src/contract/workflows.ts';

/** The entities that are always there. Starting what runs already changes nothing. */
export async function startStanding(client: Client): Promise<void> {
  const nodes: NodesInput = { v: 1, views: [] };
  const dispatcher: DispatcherInput = { v: 2, open: [], reconciledAtMs: 0 };
  await start(client, 'dispatcher', workflowIds.dispatcher, dispatcher, 'matches items to free slots');
  await start(client, 'nodes', workflowIds.nodes, nodes, 'looks at all nodes');
}

async function start(client: Client, type: string, workflowId: string, input: unknown, summary: string): Promise<void> {
  try {
    await client.workflow.start(type, { taskQueue: controlQueue, workflowId, args: [input], workflowTaskTimeout, staticSummary: summary });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
