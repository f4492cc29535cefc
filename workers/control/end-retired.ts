import type { Client } from '@temporalio/client';
import { unlessGone } from './ask-running.ts';

/** Workflows of earlier releases whose work a daemon does, and the daemon. */
const retired = [{ workflowId: 'nodes', successor: 'CLUSTER_MONITOR' }] as const;

/** Ends the workflows that an earlier release left and that this release does not know. */
export async function endRetired(client: Client): Promise<void> {
  for (const { workflowId, successor } of retired)
    await unlessGone(client.workflow.getHandle(workflowId).terminate(`its work is done by the daemon ${successor}`));
}
