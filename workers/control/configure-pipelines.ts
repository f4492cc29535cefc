import type { Client } from '@temporalio/client';
import { type PipelineConfigureSignal, signals, workflowIds } from '../../src/contract/workflows.ts';
import type { ClusterConfig } from '../../src/domain/cluster/cluster.ts';
import { unlessGone } from './ask-running.ts';

/**
 * Sends each running pipeline its entry of the cluster file. Control starts again when the file has changed, so a change holds from the next turn
 * without any further command. A pipeline that does not run gets its entry when it is run.
 */
export async function configurePipelines(client: Client, { pipelines, nodes }: ClusterConfig): Promise<void> {
  for (const config of pipelines) {
    const change: PipelineConfigureSignal = { config, nodes: nodes.map(({ id }) => id) };
    await unlessGone(client.workflow.getHandle(workflowIds.pipeline(config.name)).signal(signals.configure, change));
  }
}
