import { expect, it } from 'vitest';
import type { ItemId } from '../../../src/domain/ids.ts';
import { chooseReplacement, replacementIds } from '../../../src/domain/item/replacement.ts';
import { replacementsMax } from '../../../src/domain/limits.ts';
import type { ItemState } from '../../../src/domain/item/work-item.ts';

const original = 'cf.3.train.abc' as ItemId;
/**
 * Chooses among the original item, r1, r2 and so on. `states` gives the states of these items in this order. An item without a state is not in the
 * queue.
 */
const choose = (...states: ItemState[]) => chooseReplacement(original, (id) => states[replacementIds(original).indexOf(id)]);

it('names the original first, then its replacements, at most five', () => {
  expect(replacementIds(original)).toEqual([original, `${original}r1`, `${original}r2`, `${original}r3`, `${original}r4`, `${original}r5`]);
});

it('chooses the original while nothing is in the queue', () => expect(choose()).toEqual({ id: original, isMissing: true }));

it.each(['pending', 'claimed', 'running', 'completed'] as const)('keeps an item that is %s', (state) => {
  expect(choose(state)).toEqual({ id: original, isMissing: false });
  expect(choose('dead', state)).toEqual({ id: `${original}r1`, isMissing: false });
});

it.each(['failed', 'timed-out', 'cancelled', 'dead'] as const)('replaces an item that is %s', (state) => {
  expect(choose(state)).toEqual({ id: `${original}r1`, isMissing: true });
  expect(choose(state, state, state)).toEqual({ id: `${original}r3`, isMissing: true });
});

it('chooses the last replacement when all have closed without completing', () => {
  const all = Array.from({ length: replacementsMax + 1 }, (): ItemState => 'dead');
  expect(choose(...all)).toEqual({ id: `${original}r5`, isMissing: false });
});
