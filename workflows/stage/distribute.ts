/**
 * Stage `distribute/<pipeline>/<turn>`: pushes the champion to every node. A node that is away gets the champion with the next turn. The node's jobs
 * need no distributed champion, because each job gets its model as an input. So a node that is unreachable or lost when the stage begins is not asked
 * and counts as late: a dead node costs no turn a minute. A node that goes away later is treated like any slow node.
 */
import type { TransferResult, SyncRequest } from '../../src/domain/dataset/sync.ts';
import { type DistributeInput, workflowIds } from '../../src/contract/workflows.ts';
import { gateway, ledger } from '../isolate/activities.ts';
import { runChild } from '../isolate/children.ts';
import { setDetails } from '../isolate/details.ts';
import { condition } from '@temporalio/workflow';
import { distributeMs } from '../isolate/limits.ts';

export async function distribute({
  pipeline,
  turn,
  model,
  nodes,
}: DistributeInput): Promise<{ readonly nodes: readonly string[]; readonly late: readonly string[] }> {
  const { dataset } = await gateway.stageChampion({ pipeline, model });
  const isAway = new Set(await ledger.recordStage({ pipeline, turn, stage: 'distribute', detail: `${model.id} to ${nodes.join(', ')}` }));
  const away = nodes.filter((node) => isAway.has(node));
  const asked = nodes.filter((node) => !isAway.has(node));
  const done = new Set<string>();
  const failed = new Set<string>();
  const showProgress = (): void =>
    setDetails(`champion ${model.id}: on ${done.size} of ${nodes.length} nodes`, {
      done: [...done].join(', '),
      failed: [...failed].join(', '),
      away: away.join(', '),
    });
  const send = async (node: string): Promise<void> => {
    const start = {
      id: workflowIds.sync(dataset, 'home', node),
      summary: `${dataset}: home → ${node}`,
      attributes: { Dataset: dataset, NodeId: node, LifecycleState: 'running' },
    };
    try {
      await runChild<SyncRequest, TransferResult>('sync', start, { dataset, source: 'home', target: node });
      done.add(node);
    } catch {
      // The sync's workflow records the failure with its code. This stage only counts the node as late.
      failed.add(node);
    }
    showProgress();
  };
  showProgress();
  void Promise.all(asked.map(send));
  await condition(() => done.size + failed.size >= asked.length, distributeMs);
  const late = nodes.filter((node) => !done.has(node));
  return { nodes: [...done], late };
}
