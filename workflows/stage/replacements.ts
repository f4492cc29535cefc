import type { ItemId } from '../../src/domain/ids.ts';
import { chooseReplacement, replacementIds } from '../../src/domain/item/replacement.ts';
import type { WorkItemSpec } from '../../src/domain/item/work-item.ts';
import { ledger } from '../isolate/activities.ts';

export interface Replaced {
  /** In the order of the specs asked for. */
  readonly specs: readonly WorkItemSpec[];
  /** The items among them that are not in the queue yet. */
  readonly missing: ReadonlySet<ItemId>;
}

/**
 * Returns the specs with the items that this run of a stage waits for: the item itself, or its replacement `<id>r1`, `<id>r2` … when the ones before closed
 * without completing. An item that completed or is open from an earlier run is taken as it is.
 */
export async function withReplacements(specs: readonly WorkItemSpec[]): Promise<Replaced> {
  const known = await ledger.items({ items: specs.flatMap((spec) => replacementIds(spec.id)) });
  const states = new Map(known.map(({ item, state }) => [item, state]));
  const chosen = specs.map((spec) => chooseReplacement(spec.id, (id) => states.get(id)));
  return {
    specs: specs.map((spec, at) => ({ ...spec, id: chosen[at]?.id ?? spec.id })),
    missing: new Set(chosen.flatMap(({ id, isMissing }) => (isMissing ? [id] : []))),
  };
}
