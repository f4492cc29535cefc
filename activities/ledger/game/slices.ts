import { gamesFileName } from '../../../src/domain/game/games-file.ts';
import type { ItemId } from '../../../src/domain/ids.ts';
import type { Turns } from '../../../src/domain/pipeline/pipeline.ts';
import { selfPlayItemId } from '../../../src/domain/item/populate.ts';
import { isHome, type Slice, type SliceTry } from '../../../src/domain/game/replay.ts';
import { replacementId } from '../../../src/domain/item/replacement.ts';
import { replacementNamesMax } from '../../../src/domain/limits.ts';
import { isClosedState } from '../../../src/domain/item/work-item.ts';
import type { GameStore } from '../../../src/storage/game/game-store.ts';
import type { SelfPlayItem, SelfPlayItems } from '../../../src/storage/game/self-play-items.ts';
import { given } from '../../../src/base/given.ts';

interface Files {
  readonly games: GameStore;
  readonly items: SelfPlayItems;
}

/** Returns what the ledgers know about slice k of a turn. Returns undefined when the slice was never enqueued. */
export function sliceOf(files: Files, pipeline: string, turn: number, k: number): Slice | undefined {
  const [first, ...others] = triesOf(files, selfPlayItemId(pipeline, turn, k));
  return first === undefined ? undefined : { turn, tries: [first, ...others] };
}

/**
 * Returns the slices of these turns whose games are not home. Slices are numbered without a gap, because the populator enqueues all slices of a turn
 * at once.
 */
export function slicesAway(files: Files, pipeline: string, { from, to }: Turns): readonly Slice[] {
  const away: Slice[] = [];
  for (let turn = from; turn <= to; turn += 1) {
    for (let k = 0; ; k += 1) {
      const slice = sliceOf(files, pipeline, turn, k);
      if (slice === undefined) break;
      if (!isHome(slice)) away.push(slice);
    }
  }
  return away;
}

function* triesOf({ games, items }: Files, original: ItemId): Generator<SliceTry> {
  for (let replacement = 0; replacement <= replacementNamesMax; replacement += 1) {
    const id = replacementId(original, replacement);
    const item = items.get(id);
    if (item === undefined) return;
    yield given({ item: id, games: whereabouts(games, item), node: item.node });
  }
}

function whereabouts(games: GameStore, { item, state, accepted }: SelfPlayItem): SliceTry['games'] {
  if (!isClosedState(state)) return 'open';
  if (accepted === undefined) return 'none';
  const name = gamesFileName(item);
  if (games.gamesRead(name, accepted) !== undefined) return 'home';
  return games.isSetAside(name) ? 'set-aside' : 'away';
}
