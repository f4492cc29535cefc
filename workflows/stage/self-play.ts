/**
 * Stage `self-play/<pipeline>/<turn>`: the populator enqueues the items of the turn, and the nodes play them. When the stage ends, the games are on
 * the nodes' disks.
 */
import { given } from '../../src/base/given.ts';
import { gamesDataset } from '../../src/domain/dataset/names.ts';
import { type SelfPlayInput, workflowIds } from '../../src/contract/workflows.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { ledger } from '../isolate/activities.ts';
import { failureText, OwnedItems } from '../isolate/owned-items.ts';
import { sayEnded } from '../../src/domain/pipeline/say-ended.ts';
import { stageFailed } from '../isolate/failure-of.ts';
import { notify, wakeSignal } from '../isolate/signals.ts';
import { throwIfEnded } from '../isolate/stage-end.ts';
import { modelInput } from './model-input.ts';
import { stageItem } from './stage-item.ts';
import { setDetails } from '../isolate/details.ts';
import { selfPlayRoundsMax } from '../isolate/limits.ts';

export interface SelfPlayResult {
  readonly items: number;
  /** The nodes that hold games of this turn. */
  readonly nodes: readonly NodeId[];
}

export async function selfPlay(input: SelfPlayInput): Promise<SelfPlayResult> {
  const { pipeline, turn } = input;
  const owned = new OwnedItems({ pipeline, turn, stage: 'self-play' });
  const wanted = {
    pipeline,
    turn,
    wantedGames: input.games,
    gamesPerItem: input.gamesPerItem,
    seed: input.seed,
    ...given({ reruns: input.reruns }),
    request: { exploration: input.exploration },
    template: {
      kind: 'self-play' as const,
      priority: 10,
      ...stageItem(input),
      inputs: modelInput('model', input.model),
      outputs: [{ path: 'games.ndjson', to: `dataset:${gamesDataset(pipeline)}` as const }],
    },
  };
  for (let round = 1; ; round += 1) {
    const { items } = await ledger.populate(wanted);
    await notify(workflowIds.dispatcher, wakeSignal);
    const closed = await owned.all(items, async (ended) => {
      throwIfEnded(input, ended);
      const detail = sayEnded(ended, items.length);
      setDetails(`self-play, turn ${turn}: ${detail}`, { games: input.games, model: input.model.id });
      await ledger.recordStage({ pipeline, turn, stage: 'self-play', detail });
    });
    const bad = closed.filter((item) => item.state !== 'completed');
    if (bad.length === 0) return { items: items.length, nodes: [...new Set(closed.flatMap((item) => item.node ?? []))].sort() };
    if (round >= selfPlayRoundsMax) {
      throw stageFailed({
        pipeline,
        turn,
        cannot: `finish self-play of turn ${turn}`,
        because: `${bad.length} items did not complete`,
        hint: { run: `ringmaster explain ${bad[0]?.item}` },
        fields: { items: bad.length },
        chain: bad.slice(0, 5).map(failureText),
      });
    }
  }
}
