/**
 * Stage `distribute/<pipeline>/<turn>`: the champion onto every node. A node that is away gets it with the next turn; its jobs get theirs as inputs anyway.
 * So a lost one is not even asked: it is late from the start. One that is lost only meanwhile is waited for like any slow one.
 */
import type { TransferResult, SyncRequest } from '../../src/domain/dataset/sync.ts';
import { type DistributeInput, workflowIds } from '../../src/contract/workflows.ts';
import { gateway, ledger } from '../isolate/activities.ts';
import { runChild } from '../isolate/children.ts';
import { setDetails } from '../isolate/details.ts';
import { condition } from '@temporalio/workflow';

/** How long a turn waits for slow or absent nodes; the syncs themselves go on. */
const patience = '60s';

export async function distribute({
  pipeline,
  turn,
  model,
  nodes,
}: DistributeInput): Promise<{ readonly nodes: readonly string[]; readonly late: readonly string[] }> {
  const { dataset } = await gateway.stageChampion({ pipeline, model });
  const isLost = new Set(await ledger.recordStage({ pipeline, turn, stage: 'distribute', detail: `${model.id} to ${nodes.join(', ')}` }));
  const lost = nodes.filter((node) => isLost.has(node));
  const asked = nodes.filter((node) => !isLost.has(node));
  const done = new Set<string>();
  const failed = new Set<string>();
  const tellAll = (): void =>
    setDetails(`champion ${model.id}: on ${done.size} of ${nodes.length} nodes`, {
      done: [...done].join(', '),
      failed: [...failed].join(', '),
      lost: lost.join(', '),
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
      // Recorded by the sync itself, with its code; here it only counts as late.
      failed.add(node);
    }
    tellAll();
  };
  tellAll();
  void Promise.all(asked.map(send));
  await condition(() => done.size + failed.size >= asked.length, patience);
  const late = nodes.filter((node) => !done.has(node));
  return { nodes: [...done], late };
}
