import type { ItemId } from '../src/domain/ids.ts';
import { isClosedState, type WorkItemSpec } from '../src/domain/work-item.ts';
import { ledger } from './activities.ts';

/** A stage that is run again replaces each item that did not complete so often; then a person must look. */
const replacementsMax = 5;

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
  const names = (id: ItemId): ItemId[] => [id, ...Array.from({ length: replacementsMax }, (_, k) => `${id}r${k + 1}` as ItemId)];
  const known = new Map((await ledger.items({ items: specs.flatMap((spec) => names(spec.id)) })).map((item) => [item.item, item.state]));
  const usable = (id: ItemId): boolean => {
    const state = known.get(id);
    return state === undefined || state === 'completed' || !isClosedState(state);
  };
  const chosen = specs.map((spec) => ({ ...spec, id: names(spec.id).find(usable) ?? spec.id }));
  return { specs: chosen, missing: new Set(chosen.filter((spec) => !known.has(spec.id)).map((spec) => spec.id)) };
}
