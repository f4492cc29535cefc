import type { Client } from '@temporalio/client';
import { type PipelineConfigureSignal, signals, workflowIds } from '../../src/contract/workflows.ts';
import type { ClusterConfig } from '../../src/domain/cluster/cluster.ts';
import { leavingPipelines, leftFile } from '../../src/domain/pipeline/leaving.ts';
import type { PipelineView } from '../../src/domain/pipeline/view.ts';
import { wishStart } from '../../src/service/pipeline/wish-pipeline.ts';
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

/**
 * Stops each pipeline that the cluster file no longer names and of which turns are wanted: a further turn would only fail. The turn under way goes on. Does
 * not wait for the ledger to record it.
 */
export async function stopLeftPipelines(
  client: Client,
  { pipelines }: Pick<ClusterConfig, 'pipelines'>,
  known: readonly Pick<PipelineView, 'name' | 'turn' | 'stage' | 'standing'>[],
): Promise<void> {
  const named = pipelines.map(({ name }) => name);
  for (const { name } of leavingPipelines(known, named)) {
    await client.workflow.start('wishPipeline', wishStart({ pipeline: name, verb: 'stop', ...leftFile }));
  }
}
