import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { startOptions } from '../../src/contract/start-options.ts';
import { type DispatcherInput, type NodesInput, workflowIds, type WorkflowType } from '../../src/contract/workflows.ts';

/** Starts the entity workflows that every cluster has, unless they already run. */
export async function startEntityWorkflows(client: Client): Promise<void> {
  const nodes: NodesInput = { v: 1, views: [] };
  const dispatcher: DispatcherInput = { v: 2, open: [], reconciledAtMs: 0 };
  await startOnce(
    client,
    'dispatcher',
    startOptions({ workflowId: workflowIds.dispatcher, summary: 'matches items to free slots', input: dispatcher }),
  );
  await startOnce(client, 'nodes', startOptions({ workflowId: workflowIds.nodes, summary: 'looks at all nodes', input: nodes }));
}

async function startOnce(client: Client, type: WorkflowType, options: ReturnType<typeof startOptions>): Promise<void> {
  try {
    await client.workflow.start(type, options);
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
