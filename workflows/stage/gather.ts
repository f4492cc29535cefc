/**
 * Stage `gather/<pipeline>/<turn>`: brings the nodes' games home, writes them to selfplay.db (each game once, by its id), and exports a training set.
 *
 *   pull from the nodes that hold games → consolidate → play again the games that will not come → (repeat until nothing is played) → export
 *
 * - The stage waits a few minutes for an unreachable node. Then this turn trains on the games at home, and the node's games come with a later turn.
 * - Replacements play again the games on a lost node and the games of damaged files (`src/domain/game/replay.ts`), for the whole window of turns.
 * - The training set lacks the games of an item that has no replacement left. The stage fails when the window has no game at all. It also fails when
 *   this turn has no game because the nodes of this turn are late.
 */
import { workflowInfo } from '@temporalio/workflow';
import type { ReplayedGames } from '../../src/domain/game/replay.ts';
import { type GatherInput, workflowIds } from '../../src/contract/workflows.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { trainingWindow } from '../../src/domain/pipeline/pipeline.ts';
import type { InputRef } from '../../src/domain/item/work-item.ts';
import { ledgerLong, ledger } from '../isolate/activities.ts';
import { OwnedItems } from '../isolate/owned-items.ts';
import { bringHome } from './bring-home.ts';
import { sayEnded } from '../../src/domain/pipeline/say-ended.ts';
import { throwIfEnded } from '../isolate/stage-end.ts';
import { stageFailed } from '../isolate/failure-of.ts';
import { notify, wakeSignal } from '../isolate/signals.ts';
import { setDetails } from '../isolate/details.ts';
import { gatherRoundsMax } from '../isolate/limits.ts';

export interface GatherResult {
  readonly set: InputRef;
  readonly games: number;
  readonly added: number;
  /** A sentence that says which games the training set lacks. Empty when the training set lacks no games. */
  readonly without: string;
}

export async function gather({ pipeline, turn, windowTurns }: GatherInput): Promise<GatherResult> {
  const turns = trainingWindow(turn, windowTurns);
  const owned = new OwnedItems({ pipeline, turn, stage: 'self-play' });
  const late = new Map<NodeId, string>();
  const stage = { pipeline, turn };
  let [added, total] = [0, 0];
  let missing: ReplayedGames | undefined;
  for (let round = 1; round <= gatherRoundsMax; round += 1) {
    const away = await ledgerLong.gamesAway({ pipeline, turns });
    const nodes = away.nodes.filter((node) => !late.has(node));
    let pulled: readonly NodeId[] = [];
    if (nodes.length > 0) {
      setDetails(`bringing games home from ${nodes.join(', ')}`);
      await ledger.recordStage({ ...stage, stage: 'sync', detail: `games from ${nodes.join(', ')}` });
      const brought = await bringHome(pipeline, turns, nodes);
      for (const [node, why] of brought.late) late.set(node, why);
      pulled = [...brought.replicas.keys()];
      if (pulled.length > 0) {
        await ledger.recordStage({ ...stage, stage: 'consolidate', detail: `games into selfplay.db${listed('; late', [...late.keys()])}` });
        const taken = await ledgerLong.consolidate({ pipeline, replicas: [...brought.replicas.values()] });
        [added, total] = [added + taken.added, taken.total];
        if (taken.setAside.length > 0)
          await ledger.recordStage({ ...stage, stage: 'consolidate', detail: `damaged games set aside${listed('', taken.setAside)}` });
      }
    }
    missing = await ledgerLong.replayGames({ pipeline, turns, pulled, owner: workflowInfo().workflowId });
    if (missing.items.length === 0) break;
    // A node that has just played is reachable again. The next pull asks this node, even if the last pull did not reach it.
    for (const node of await playAgain(owned, stage, missing)) late.delete(node);
  }
  if (missing?.turnHasGames === false && late.size > 0) throw nothingCame(pipeline, turn, late);
  const without = lacking(missing);
  const came = added === 0 ? 'no new games' : `${added} new games, ${total} in all`;
  await ledger.recordStage({ ...stage, stage: 'export', detail: without === '' ? came : `${came}; ${without}` });
  const { set, games } = await ledgerLong.exportTrainingSet({ pipeline, turn, windowTurns });
  setDetails(`training set of ${games} games`, { digest: set.sha256, bytes: set.bytes, new: added, without });
  return { set, games, added, without };
}

/** Waits until the items are closed. Returns the nodes that played them. The next round of `gather` replaces the items that did not complete. */
async function playAgain(
  owned: OwnedItems,
  stage: { readonly pipeline: string; readonly turn: number },
  { items }: ReplayedGames,
): Promise<readonly NodeId[]> {
  await notify(workflowIds.dispatcher, wakeSignal);
  const closed = await owned.all(items, async (ended) => {
    throwIfEnded(stage, ended);
    const detail = `${sayEnded(ended, items.length)} played again: their games were damaged, or lost with their node`;
    setDetails(detail, { first: items[0] });
    await ledger.recordStage({ ...stage, stage: 'self-play', detail });
  });
  return closed.flatMap(({ node }) => node ?? []);
}

const listed = (title: string, names: readonly string[]): string =>
  names.length === 0 ? '' : `${title}: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;

function lacking(missing: ReplayedGames | undefined): string {
  if (missing === undefined) return '';
  const { late, givenUp, firstGivenUp } = missing;
  const parts = [
    ...(late === 0 ? [] : [`the games of ${late} items on unreachable nodes`]),
    ...(givenUp === 0 ? [] : [`the games of ${givenUp} items that were replaced in vain (${firstGivenUp})`]),
  ];
  return parts.length === 0 ? '' : `without ${parts.join(' and ')}`;
}

const nothingCame = (pipeline: string, turn: number, late: ReadonlyMap<NodeId, string>) =>
  stageFailed({
    pipeline,
    turn,
    cannot: `gather the games of turn ${turn}`,
    because: `none of ${[...late.keys()].join(', ')} could be synced`,
    hint: { run: 'ringmaster sync list' },
    chain: [...late.values()].slice(0, 5),
  });
