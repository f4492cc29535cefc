/** Stage `gather/<pipeline>/<turn>`: the nodes' games come home, become rows of selfplay.db (once each, by game id), and a training set. */
import type { TransferResult } from '../src/contract/activities.ts';
import { gamesDataset, type GatherInput, type SyncInput, workflowIds } from '../src/contract/workflows.ts';
import type { InputRef } from '../src/domain/work-item.ts';
import { ledgerLong, ledger } from './activities.ts';
import { runChild } from './run-child.ts';
import { tell } from './story.ts';

export interface GatherResult {
  readonly set: InputRef;
  readonly games: number;
  readonly added: number;
}

export async function gather({ pipeline, turn, nodes, windowTurns }: GatherInput): Promise<GatherResult> {
  const dataset = gamesDataset(pipeline);
  tell(`bringing games home from ${nodes.join(', ')}`);
  await ledger.recordStage({ pipeline, turn, stage: 'sync', detail: `games from ${nodes.join(', ')}` });
  const transfers = await Promise.all(
    nodes.map((node) => {
      const start = {
        id: workflowIds.sync(dataset, node, 'home'),
        summary: `${dataset}: ${node} → home`,
        attributes: { Dataset: dataset, NodeId: node, LifecycleState: 'running' },
      };
      return runChild<SyncInput, TransferResult>('sync', start, { dataset, source: node, target: 'home' });
    }),
  );
  await ledger.recordStage({ pipeline, turn, stage: 'consolidate', detail: 'games into selfplay.db' });
  const { added, total } = await ledgerLong.consolidate({ pipeline, replicas: transfers.flatMap(({ replica }) => replica ?? []) });
  await ledger.recordStage({ pipeline, turn, stage: 'export', detail: `${added} new games, ${total} in all` });
  const { set, games } = await ledgerLong.exportTrainingSet({ pipeline, turn, windowTurns });
  tell(`training set of ${games} games`, { digest: set.sha256, bytes: set.bytes, new: added });
  return { set, games, added };
}
