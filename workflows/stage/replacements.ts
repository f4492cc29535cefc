import { patched } from '@temporalio/workflow';
import type { ItemId } from '../../src/domain/ids.ts';
import { type Chosen, chooseReplacement, replacementIds, replacementsAfter } from '../../src/domain/item/replacement.ts';
import type { WorkItemSpec } from '../../src/domain/item/work-item.ts';
import { readItems } from '../isolate/read-items.ts';
import { ledger } from '../isolate/activities.ts';
import { patches } from '../isolate/patches.ts';

export interface Replaced {
  /** The items, in the order of the given specs. */
  readonly specs: readonly WorkItemSpec[];
  /** The ids of those items in `specs` that are not in the queue yet. */
  readonly missing: ReadonlySet<ItemId>;
}

/**
 * Returns the specs with the ids of the items that this run of a stage waits for. Each such item is the item of the given spec or one of its
 * replacements `<id>r1`, `<id>r2` … A replacement is chosen when the item and all earlier replacements closed without completing. An item of an
 * earlier run that has completed or is still open is kept.
 */
export async function withReplacements(specs: readonly WorkItemSpec[], reruns?: number): Promise<Replaced> {
  const ids = specs.map((spec) => spec.id);
  const chosen = patched(patches.chooseItems)
    ? await ledger.chooseItems({ items: ids, replacementsMax: replacementsAfter(reruns) })
    : await chooseHere(ids);
  return {
    specs: specs.map((spec, at) => ({ ...spec, id: chosen[at]?.id ?? spec.id })),
    missing: new Set(chosen.flatMap(({ id, isMissing }) => (isMissing ? [id] : []))),
  };
}

async function chooseHere(ids: readonly ItemId[]): Promise<readonly Chosen[]> {
  const known = await readItems(ids.flatMap((id) => replacementIds(id)));
  const states = new Map(known.map(({ item, state }) => [item, state]));
  return ids.map((original) => chooseReplacement(original, (id) => states.get(id)));
}
