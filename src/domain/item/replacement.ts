/**
 * Chooses the name of a replacement. An item that closed without a usable result is enqueued again under another name: `<id>`, then `<id>r1`,
 * `<id>r2` … Only the name is new; the seed, the inputs and the request are the same. So a replacement gives the same bytes as its original, and a
 * late result of the original equals the result of the replacement.
 */
import type { ItemId } from '../ids.ts';
import { replacementNamesMax, replacementsMax } from '../limits.ts';
import { isClosedState, type ItemState } from './work-item.ts';

export const replacementId = (original: ItemId, replacement: number): ItemId =>
  replacement === 0 ? original : (`${original}r${replacement}` as ItemId);

/** Returns all names that an item can have, in the order in which they are used. The first name is that of the original. */
export const replacementIds = (original: ItemId, max = replacementsMax): readonly ItemId[] =>
  Array.from({ length: max + 1 }, (_, replacement) => replacementId(original, replacement));

/** Returns the number of replacements that an item may have when its turn ran again `reruns` times: after an interruption, or because an operator asked. */
export const replacementsAfter = (reruns = 0): number => Math.min(replacementsMax * (reruns + 1), replacementNamesMax);

export interface Chosen {
  readonly id: ItemId;
  /** True when the item is not in the queue yet. */
  readonly isMissing: boolean;
}

/**
 * Returns the item that a stage waits for: the first of the original and its replacements that is open, completed or not in the queue. When all of them
 * closed without completing, returns the last replacement, whose failure is the newest.
 */
export function chooseReplacement(original: ItemId, stateOf: (id: ItemId) => ItemState | undefined, max = replacementsMax): Chosen {
  const ids = replacementIds(original, max);
  const usable = ids.find((id) => {
    const state = stateOf(id);
    return state === undefined || state === 'completed' || !isClosedState(state);
  });
  const id = usable ?? replacementId(original, max);
  return { id, isMissing: stateOf(id) === undefined };
}
