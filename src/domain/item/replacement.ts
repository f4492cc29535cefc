/**
 * What did not come to its end is wanted again under another name: `<id>`, then `<id>r1`, `<id>r2` … Only the name is new: seed, inputs and request are
 * the same, so a replacement gives the same bytes as what it stands for, and a result that turns up late is the same result.
 */
import type { ItemId } from '../ids.ts';

/**
 * So often one thing wanted is replaced, whatever the reasons were (tries spent, games set aside, a node lost) and over all runs of its stage. Each
 * replacement has its item's `attemptsMax` tries: what failed six times over will fail again, and a person must look.
 */
export const replacementsMax = 5;

export const replacementId = (id: ItemId, replacement: number): ItemId => (replacement === 0 ? id : (`${id}r${replacement}` as ItemId));

/** All names a thing can have, in the order in which they are used. */
export const standInIds = (id: ItemId): readonly ItemId[] => Array.from({ length: replacementsMax + 1 }, (_, k) => replacementId(id, k));
