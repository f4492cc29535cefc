/**
 * Stage `gather/<pipeline>/<turn>`: the nodes' games come home, become rows of selfplay.db (once each, by game id), and a training set.
 *
 *   pull from the nodes that hold games → consolidate → play again what will not come → (again, until nothing is played) → export
 *
 * - A node that is unreachable is waited for, a few minutes; then its games come with a later turn, and this turn trains on what is home.
 * - Games on a node that is lost, and files that are no games, are played again by replacements (`src/domain/game/replay.ts`), for the whole window of turns.
 * - What has no replacement left is done without. The stage fails when there is not one game in the window, or none of this turn because its nodes are late.
 */
import { workflowInfo } from '@temporalio/workflow';
import type { ReplayedGames } from '../../src/domain/game/replay.ts';
import { type GatherInput, workflowIds } from '../../src/contract/workflows.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { trainingWindow } from '../../src/domain/pipeline/pipeline.ts';
import { replacementsMax } from '../../src/domain/item/replacement.ts';
import type { InputRef } from '../../src/domain/item/work-item.ts';
import { ledgerLong, ledger } from '../isolate/activities.ts';
import { OwnedItems } from '../isolate/owned-items.ts';
import { bringHome } from './bring-home.ts';
import { stageFailed } from '../isolate/failure-of.ts';
import { notify, wakeSignal } from '../isolate/signals.ts';
import { setDetails } from '../isolate/details.ts';

/** Each round spends a replacement of whatever is missing still; one more for what an earlier run of this stage left open. */
const roundsMax = replacementsMax + 2;

export interface GatherResult {
  readonly set: InputRef;
  readonly games: number;
  readonly added: number;
  /** What the set lacks, in words; empty when it lacks nothing. */
  readonly without: string;
}

export async function gather({ pipeline, turn, windowTurns }: GatherInput): Promise<GatherResult> {
  const turns = trainingWindow(turn, windowTurns);
  const owned = new OwnedItems();
  const late = new Map<NodeId, string>();
  const stage = { pipeline, turn };
  let [added, total] = [0, 0];
  let missing: ReplayedGames | undefined;
  for (let round = 1; round <= roundsMax; round += 1) {
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
    // Who has just played is back, whoever it is.
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

/** Answers where they were played, when all are closed. What did not complete is seen, and replaced, in the next round. */
async function playAgain(
  owned: OwnedItems,
  stage: { readonly pipeline: string; readonly turn: number },
  { items }: ReplayedGames,
): Promise<readonly NodeId[]> {
  await notify(workflowIds.dispatcher, wakeSignal);
  const closed = await owned.all(items, async (done) => {
    const detail = `${done}/${items.length} items played again: their games were damaged, or lost with their node`;
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
