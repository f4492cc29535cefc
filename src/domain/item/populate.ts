/**
 * What a turn still wants of self-play. The items of a turn are fixed by (wantedGames, gamesPerItem): item k plays the games
 * k·gamesPerItem … , so asking twice adds nothing, and the same turn always asks for the same games.
 *
 * An item that ended without games is replaced (`replacement.ts`), with the same game range and the same seed. So its games carry the same ids
 * and the same content as those the dead one may have left behind. Items that completed and whose games were then lost: `replay.ts`.
 */
import { deriveSeed } from '../pipeline/seed.ts';
import type { ItemId } from '../ids.ts';
import { replacementId, replacementsMax } from './replacement.ts';
import type { ItemState, WorkItemSpec } from './work-item.ts';

export interface WantedSelfPlay {
  readonly pipeline: string;
  readonly turn: number;
  readonly wantedGames: number;
  readonly gamesPerItem: number;
  /** Every field of an item but its id, its seed and the game range in its request. */
  readonly template: Omit<WorkItemSpec, 'id' | 'seed' | 'request'>;
  readonly request: Readonly<Record<string, unknown>>;
  readonly seed: number;
}

export interface SelfPlayPlan {
  /** One id for each part of the turn, in order: the item that stands for it now. */
  readonly items: readonly ItemId[];
  readonly add: readonly WorkItemSpec[];
}

/** `….<k>` for try 0, `….<k>r<try>` for its replacements. */
export const selfPlayItemId = (pipeline: string, turn: number, k: number, replacement = 0): ItemId =>
  replacementId(`${pipeline}.${turn}.self-play.${k}` as ItemId, replacement);

/** Reads `<pipeline>.<turn>.self-play.<k>[r<j>]`; undefined for anything else. */
export function parseSelfPlayItemId(
  item: string,
): { readonly pipeline: string; readonly turn: number; readonly k: number; readonly replacement: number } | undefined {
  const found = /^(.+)\.(\d+)\.self-play\.(\d+)(?:r(\d+))?$/.exec(item);
  if (found?.[1] === undefined) return undefined;
  return { pipeline: found[1], turn: Number(found[2]), k: Number(found[3]), replacement: Number(found[4] ?? 0) };
}

const endedEmpty: readonly ItemState[] = ['failed', 'timed-out', 'cancelled', 'dead'];

export function populateSelfPlay(wanted: WantedSelfPlay, stateOf: (item: ItemId) => ItemState | undefined): SelfPlayPlan {
  const items: ItemId[] = [];
  const add: WorkItemSpec[] = [];
  const parts = Math.ceil(wanted.wantedGames / wanted.gamesPerItem);
  for (let k = 0; k < parts; k += 1) {
    const { id, missing } = standIn(wanted, k, stateOf);
    items.push(id);
    if (missing) add.push(specOf(wanted, k, id));
  }
  return { items, add };
}

/** The first of original, r1, r2 … that has not ended empty; when all have, the last one. */
function standIn(
  wanted: WantedSelfPlay,
  k: number,
  stateOf: (item: ItemId) => ItemState | undefined,
): { readonly id: ItemId; readonly missing: boolean } {
  for (let replacement = 0; ; replacement += 1) {
    const id = selfPlayItemId(wanted.pipeline, wanted.turn, k, replacement);
    const state = stateOf(id);
    if (state === undefined) return { id, missing: true };
    if (!endedEmpty.includes(state) || replacement === replacementsMax) return { id, missing: false };
  }
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
