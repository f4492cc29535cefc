import { expect, it } from 'vitest';
import { given } from '../../../src/base/given.ts';

it('drops undefined fields, and keeps null, false, 0 and the empty text', () => {
  const fields: { a: number | undefined; b: string | null; c: boolean; d: number; e: string } = { a: undefined, b: null, c: false, d: 0, e: '' };
  expect(Object.keys(given(fields))).toEqual(['b', 'c', 'd', 'e']);
  expect(given(fields)).toEqual({ b: null, c: false, d: 0, e: '' });
});

it('gives a field that may be undefined the type of an optional one', () => {
  const node: string | undefined = ['a'].at(0);
  const view: { readonly node?: string; readonly turn: number } = given({ node, turn: 1 });
  expect(view).toEqual({ node: 'a', turn: 1 });
});
