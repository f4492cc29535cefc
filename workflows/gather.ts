/** Stage `gather/<pipeline>/<turn>`: the nodes' games come home, become rows of selfplay.db (once each, by game id), and a training set. */
import { condition } from '@temporalio/workflow';
import type { TransferResult } from '../src/contract/activities.ts';
import { gamesDataset, type GatherInput, type SyncInput, workflowIds } from '../src/contract/workflows.ts';
import type { NodeId } from '../src/domain/ids.ts';
import type { InputRef } from '../src/domain/work-item.ts';
import { ledgerLong, ledger } from './activities.ts';
import { failureOf, stageFailed } from './failure-of.ts';
import { runChild } from './run-child.ts';
import { tell } from './story.ts';

/** How long a turn waits for a node's games. A killed gateway, server or connection is back long before. */
const patience = '3m';

export interface GatherResult {
  readonly set: InputRef;
  readonly games: number;
  readonly added: number;
}

export async function gather({ pipeline, turn, nodes, windowTurns }: GatherInput): Promise<GatherResult> {
  const dataset = gamesDataset(pipeline);
  tell(`bringing games home from ${nodes.join(', ')}`);
  await ledger.recordStage({ pipeline, turn, stage: 'sync', detail: `games from ${nodes.join(', ')}` });
  const home = new Map<NodeId, string>();
  const failed = new Map<NodeId, string>();
  for (const node of nodes) {
    const start = {
      id: workflowIds.sync(dataset, node, 'home'),
      summary: `${dataset}: ${node} → home`,
      attributes: { Dataset: dataset, NodeId: node, LifecycleState: 'running' },
    };
    runChild<SyncInput, TransferResult>('sync', start, { dataset, source: node, target: 'home' }).then(
      ({ replica }) => home.set(node, replica ?? ''),
      (error: unknown) => failed.set(node, failureOf(error).message),
    );
  }
  // A node that is away keeps its games; they come with a later turn (its dataset is pulled whole), and this turn trains on what is home.
  await condition(() => home.size + failed.size >= nodes.length, patience, { summary: 'games on their way home' });
  const late = nodes.filter((node) => !home.has(node));
  if (home.size === 0) {
    throw stageFailed({
      pipeline,
      turn,
      message: `Cannot gather the games of turn ${turn} because none of ${nodes.join(', ')} could be synced; try \`ringmaster sync list\``,
      chain: [...failed.values()].slice(0, 5),
    });
  }
  await ledger.recordStage({
    pipeline,
    turn,
    stage: 'consolidate',
    detail: late.length === 0 ? 'games into selfplay.db' : `games into selfplay.db; late: ${late.join(', ')}`,
  });
  const { added, total } = await ledgerLong.consolidate({ pipeline, replicas: [...home.values()] });
  await ledger.recordStage({ pipeline, turn, stage: 'export', detail: `${added} new games, ${total} in all` });
  const { set, games } = await ledgerLong.exportTrainingSet({ pipeline, turn, windowTurns });
  tell(`training set of ${games} games`, { digest: set.sha256, bytes: set.bytes, new: added });
  return { set, games, added };
}
