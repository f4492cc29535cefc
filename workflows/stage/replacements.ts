import type { ItemId } from '../../src/domain/ids.ts';
import { standInIds } from '../../src/domain/item/replacement.ts';
import { isClosedState, type WorkItemSpec } from '../../src/domain/item/work-item.ts';
import { ledger } from '../isolate/activities.ts';

export interface StandIns {
  /** In the order of the specs. */
  readonly specs: readonly WorkItemSpec[];
  /** Those among them that are not in the queue yet. */
  readonly missing: ReadonlySet<ItemId>;
}

/**
 * The items that stand for these specs in this run of a stage: the item itself, or `<id>r1`, `<id>r2` … when the ones before closed without
 * completing. What completed or is open in an earlier run is taken as it is.
 */
export async function standIns(specs: readonly WorkItemSpec[]): Promise<StandIns> {
  const known = new Map((await ledger.items({ items: specs.flatMap((spec) => standInIds(spec.id)) })).map((item) => [item.item, item.state]));
  const usable = (id: ItemId): boolean => {
    const state = known.get(id);
    return state === undefined || state === 'completed' || !isClosedState(state);
  };
  const chosen = specs.map((spec) => ({ ...spec, id: standInIds(spec.id).find(usable) ?? spec.id }));
  return { specs: chosen, missing: new Set(chosen.filter((spec) => !known.has(spec.id)).map((spec) => spec.id)) };
}
