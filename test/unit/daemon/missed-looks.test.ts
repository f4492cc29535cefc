import { expect, test } from 'vitest';
import { afterLook, type MissedLooks, noLooks, seenLooks, unseenLooks } from '../../../src/domain/daemon/missed-looks.ts';

/** Returns the workflows that are gone after each of these looks. A look has the workflows that it found. */
function goneAfter(looks: readonly (readonly string[])[], wanted: readonly string[] = ['a', 'b']): readonly (readonly string[])[] {
  let known: MissedLooks = noLooks;
  return looks.map((found) => {
    const next = afterLook(known, { found: new Set(found), missing: wanted.filter((id) => !found.includes(id)) });
    known = next;
    return next.gone;
  });
}
const times = <One>(count: number, one: One): readonly One[] => Array.from({ length: count }, () => one);

test('a workflow that was seen is gone after two looks in a row that miss it', () => {
  expect(goneAfter([['a', 'b'], ['a'], ['a']])).toEqual([[], [], ['b']]);
  expect(goneAfter([['a', 'b'], ['a'], ['a', 'b'], ['a']])).toEqual([[], [], [], []]);
});

test('a workflow that no look has found yet is gone after many looks, so that the manager has the time to start it', () => {
  expect(goneAfter(times(unseenLooks, ['a']))).toEqual([...times(unseenLooks - 1, []), ['b']]);
});

test('the count of a workflow that is gone begins at zero again', () => {
  expect(goneAfter([['a', 'b'], ...times(2 * seenLooks, ['a'])])).toEqual([[], [], ['b'], [], ['b']]);
});
