/**
 * An item that did not come to its end is enqueued again under another name: `<id>`, then `<id>r1`, `<id>r2` … Only the name is new: seed, inputs and
 * request are the same. So a replacement gives the same bytes as its original, and a result of the original that arrives late is the same result.
 */
import type { ItemId } from '../ids.ts';
import { isClosedState, type ItemState } from './work-item.ts';

/**
 * An item is replaced at most this many times, for any reason (tries spent, games set aside, a node lost), over all runs of its stage. Each replacement has
 * its item's `attemptsMax` tries: what failed six times over will fail again, and a person must look.
 */
export const replacementsMax = 5;

export const replacementId = (original: ItemId, replacement: number): ItemId =>
  replacement === 0 ? original : (`${original}r${replacement}` as ItemId);

/** Returns all names an item can have, in the order in which they are used: the original's first. */
export const replacementIds = (original: ItemId): readonly ItemId[] =>
  Array.from({ length: replacementsMax + 1 }, (_, replacement) => replacementId(original, replacement));

export interface Chosen {
  readonly id: ItemId;
  /** True when the queue does not have it yet. */
  readonly isMissing: boolean;
}

/**
 * Returns the item that a stage waits for: the first of the original and its replacements that is open, completed or not in the queue. When all of them
 * closed without completing, returns the last one, whose failure is the newest.
 */
export function chooseReplacement(original: ItemId, stateOf: (id: ItemId) => ItemState | undefined): Chosen {
  const ids = replacementIds(original);
  const usable = ids.find((id) => {
    const state = stateOf(id);
    return state === undefined || state === 'completed' || !isClosedState(state);
  });
  const id = usable ?? replacementId(original, replacementsMax);
  return { id, isMissing: stateOf(id) === undefined };
}
