/**
 * Plans the self-play items of a turn. The items follow from (wantedGames, gamesPerItem): item k plays the games from k·gamesPerItem on. So a turn
 * that is populated twice gets nothing new, and the same turn always plays the same games.
 *
 * An item that ended without games is replaced (`replacement.ts`), with the same range of games and the same seed. So the replacement's games have
 * the same ids and the same content as games that the dead item may have left behind. `replay.ts` covers items that completed and whose games were
 * lost afterwards.
 */
import { deriveSeed } from '../pipeline/seed.ts';
import type { ItemId } from '../ids.ts';
import { chooseReplacement, replacementsAfter } from './replacement.ts';
import type { ItemState, WorkItemSpec } from './work-item.ts';

export interface WantedSelfPlay {
  readonly pipeline: string;
  readonly turn: number;
  readonly wantedGames: number;
  readonly gamesPerItem: number;
  /** All fields of an item except its id, its seed and its request. */
  readonly template: Omit<WorkItemSpec, 'id' | 'seed' | 'request'>;
  readonly request: Readonly<Record<string, unknown>>;
  readonly seed: number;
  /** How often an operator has asked for another run of the turn. */
  readonly reruns?: number;
}

export interface SelfPlayPlan {
  /** One item per slice of the turn, in the order of the slices: the item that plays the slice now. */
  readonly items: readonly ItemId[];
  /** The items that are not in the queue yet. */
  readonly add: readonly WorkItemSpec[];
}

/** The ids of all self-play items of a turn begin with this text, and end in digits and the letter `r`. */
export const selfPlayItemPrefix = (pipeline: string, turn: number): string => `${pipeline}.${turn}.self-play.`;
export const selfPlayItemId = (pipeline: string, turn: number, k: number): ItemId => `${selfPlayItemPrefix(pipeline, turn)}${k}` as ItemId;

/** Parses the id of a self-play item, `<pipeline>.<turn>.self-play.<k>[r<j>]`. Returns undefined for any other id. */
export function parseSelfPlayItemId(
  item: string,
): { readonly pipeline: string; readonly turn: number; readonly k: number; readonly replacement: number } | undefined {
  const found = /^(.+)\.(\d+)\.self-play\.(\d+)(?:r(\d+))?$/.exec(item);
  if (found?.[1] === undefined) return undefined;
  return { pipeline: found[1], turn: Number(found[2]), k: Number(found[3]), replacement: Number(found[4] ?? 0) };
}

export function populateSelfPlay(wanted: WantedSelfPlay, stateOf: (item: ItemId) => ItemState | undefined): SelfPlayPlan {
  const items: ItemId[] = [];
  const add: WorkItemSpec[] = [];
  const slices = Math.ceil(wanted.wantedGames / wanted.gamesPerItem);
  for (let k = 0; k < slices; k += 1) {
    const { id, isMissing } = chooseReplacement(selfPlayItemId(wanted.pipeline, wanted.turn, k), stateOf, replacementsAfter(wanted.reruns));
    items.push(id);
    if (isMissing) add.push(specOf(wanted, k, id));
  }
  return { items, add };
}

function specOf(wanted: WantedSelfPlay, k: number, id: ItemId): WorkItemSpec {
  const firstGame = k * wanted.gamesPerItem;
  return {
    ...wanted.template,
    id,
    seed: deriveSeed({ seed: wanted.seed, stage: 'self-play', turn: wanted.turn, index: k }),
    request: {
      ...wanted.request,
      games: Math.min(wanted.gamesPerItem, wanted.wantedGames - firstGame),
      firstGame,
      prefix: `${wanted.pipeline}.${wanted.turn}`,
    },
  };
}
