import { condition } from '@temporalio/workflow';
import type { TransferResult, SyncRequest } from '../../src/domain/dataset/sync.ts';
import { gamesDataset } from '../../src/domain/dataset/names.ts';
import { workflowIds } from '../../src/contract/workflows.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import type { Turns } from '../../src/domain/pipeline/pipeline.ts';
import { ledgerLong } from '../isolate/activities.ts';
import { failureOf } from '../isolate/failure-of.ts';
import { runChild } from '../isolate/children.ts';

/** How long a turn waits for a node's games. A killed gateway, server or connection is back long before. */
const patienceMs = 180_000;
/** How often it looks meanwhile whether the node was declared lost: then there is nothing to wait for. */
const lookMs = 15_000;

export interface BroughtHome {
  /** The replica of each node whose games came. */
  readonly replicas: ReadonlyMap<NodeId, string>;
  /** Nodes whose games did not come, and why. */
  readonly late: ReadonlyMap<NodeId, string>;
}

/** Syncs these nodes' games home, all at once. The syncs that are not waited for any longer go on by themselves. */
export async function bringHome(pipeline: string, turns: Turns, nodes: readonly NodeId[]): Promise<BroughtHome> {
  const dataset = gamesDataset(pipeline);
  const home = new Map<NodeId, string>();
  const late = new Map<NodeId, string>();
  for (const node of nodes) {
    const start = {
      id: workflowIds.sync(dataset, node, 'home'),
      summary: `${dataset}: ${node} → home`,
      attributes: { Dataset: dataset, NodeId: node, LifecycleState: 'running' },
    };
    runChild<SyncRequest, TransferResult>('sync', start, { dataset, source: node, target: 'home' }).then(
      ({ replica }) => home.set(node, replica ?? ''),
      (error: unknown) => late.set(node, failureOf(error).message),
    );
  }
  const outstanding = () => nodes.filter((node) => !home.has(node) && !late.has(node));
  const arrived = () => outstanding().length === 0;
  const endAtMs = Date.now() + patienceMs;
  for (let leftMs = patienceMs; leftMs > 0 && !arrived(); leftMs = endAtMs - Date.now()) {
    if (await condition(arrived, Math.min(lookMs, leftMs), { summary: 'games on their way home' })) break;
    const { gone } = await ledgerLong.gamesAway({ pipeline, turns });
    for (const node of outstanding().filter((one) => gone.includes(one))) late.set(node, `${node} is lost`);
  }
  for (const node of outstanding()) late.set(node, `${node} did not answer in ${patienceMs / 1000} s`);
  return { replicas: home, late };
}
