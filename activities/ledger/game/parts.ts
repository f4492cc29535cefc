import { gamesFileName } from '../../../src/domain/game/games-file.ts';
import type { ItemId } from '../../../src/domain/ids.ts';
import type { Turns } from '../../../src/domain/pipeline/pipeline.ts';
import { selfPlayItemId } from '../../../src/domain/item/populate.ts';
import { isHome, type Part, type PartTry } from '../../../src/domain/game/replay.ts';
import { replacementIds } from '../../../src/domain/item/replacement.ts';
import { isClosedState } from '../../../src/domain/item/work-item.ts';
import type { GameStore } from '../../../src/storage/game/game-store.ts';
import type { SelfPlayItem, SelfPlayItems } from '../../../src/storage/game/self-play-items.ts';

interface Files {
  readonly games: GameStore;
  readonly items: SelfPlayItems;
}

/** What is known of part k of a turn; undefined when nobody ever wanted it. */
export function partOf(files: Files, pipeline: string, turn: number, k: number): Part | undefined {
  const [first, ...others] = triesOf(files, selfPlayItemId(pipeline, turn, k));
  return first === undefined ? undefined : { turn, tries: [first, ...others] };
}

/** Parts are numbered without a gap, as the populator wants all of a turn at once. */
export function partsAway(files: Files, pipeline: string, { from, to }: Turns): readonly Part[] {
  const away: Part[] = [];
  for (let turn = from; turn <= to; turn += 1) {
    for (let k = 0; ; k += 1) {
      const part = partOf(files, pipeline, turn, k);
      if (part === undefined) break;
      if (!isHome(part)) away.push(part);
    }
  }
  return away;
}

function* triesOf({ games, items }: Files, original: ItemId): Generator<PartTry> {
  for (const id of replacementIds(original)) {
    const item = items.get(id);
    if (item === undefined) return;
    yield { item: id, games: whereabouts(games, item), ...(item.node === undefined ? {} : { node: item.node }) };
  }
}

function whereabouts(games: GameStore, { item, state, accepted }: SelfPlayItem): PartTry['games'] {
  if (!isClosedState(state)) return 'open';
  if (accepted === undefined) return 'none';
  const name = gamesFileName(item);
  if (games.readBefore(name, accepted) !== undefined) return 'home';
  return games.isSetAside(name) ? 'set-aside' : 'away';
}
