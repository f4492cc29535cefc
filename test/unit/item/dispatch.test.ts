import { expect, it } from 'vitest';
import { dispatch, type DispatchItem } from '../../../src/domain/item/dispatch.ts';
import { itemId, nodeId, nodeView } from '../../support/item-spec.ts';

const wish = (id: string, order: number, change: Partial<DispatchItem> = {}): DispatchItem => ({
  id: itemId(id),
  priority: 10,
  order,
  slots: 1,
  labels: [],
  ...change,
});
const plan = (input: Parameters<typeof dispatch>[0]): readonly string[] => dispatch(input).map(({ item, node }) => `${item}@${node}`);

it('takes the greater priority first, then the older item', () => {
  const items = [wish('old', 1), wish('new', 2), wish('urgent', 3, { priority: 20 })];
  expect(plan({ items, nodes: [nodeView('a')], held: [] })).toEqual(['urgent@a', 'old@a']);
});

it.each(['joining', 'suspect', 'unreachable', 'lost'] as const)('gives nothing to a node that is %s', (state) => {
  expect(plan({ items: [wish('x', 1)], nodes: [nodeView('a', { state })], held: [] })).toEqual([]);
});

it('counts held slots and prefers the node with the larger free share', () => {
  const nodes = [nodeView('a', { slots: 4 }), nodeView('b', { slots: 4 }), nodeView('c', { slots: 2 })];
  const held = [{ node: nodeId('a'), slots: 2 }];
  const items = Array.from({ length: 9 }, (_, k) => wish(`i${k}`, k));
  const found = plan({ items, nodes, held });
  expect(found).toHaveLength(8);
  expect(found.slice(0, 2)).toEqual(['i0@b', 'i1@c']);
});

it('needs all labels', () => {
  const nodes = [nodeView('a', { labels: ['gpu'] }), nodeView('b', { labels: ['gpu', 'big'] })];
  expect(plan({ items: [wish('x', 1, { labels: ['gpu', 'big'] }), wish('y', 2, { labels: ['tpu'] })], nodes, held: [] })).toEqual(['x@b']);
});

it('avoids the node of the last failure as long as another node could ever take the item', () => {
  const avoid = { avoid: nodeId('a') };
  const nodes = [nodeView('a'), nodeView('b', { slots: 1 })];
  expect(plan({ items: [wish('x', 1, avoid)], nodes, held: [] })).toEqual(['x@b']);
  expect(plan({ items: [wish('x', 1, avoid)], nodes, held: [{ node: nodeId('b'), slots: 1 }] })).toEqual([]);
  expect(plan({ items: [wish('x', 1, avoid)], nodes: [nodeView('a')], held: [] })).toEqual(['x@a']);
  expect(plan({ items: [wish('x', 1, avoid)], nodes: [nodeView('a'), nodeView('b', { state: 'suspect' })], held: [] })).toEqual(['x@a']);
});

it('keeps the best node for an item of several slots that has to wait', () => {
  const nodes = [nodeView('a', { slots: 4 }), nodeView('b', { slots: 2 })];
  const held = [{ node: nodeId('a'), slots: 2 }];
  expect(plan({ items: [wish('wide', 1, { slots: 4 }), wish('x', 2), wish('y', 3), wish('z', 4)], nodes, held })).toEqual(['x@b', 'y@b']);
});

it('returns at most 50 steps', () => {
  const items = Array.from({ length: 300 }, (_, k) => wish(`i${k}`, k));
  expect(dispatch({ items, nodes: [nodeView('a', { slots: 1000 })], held: [], max: 1000 })).toHaveLength(50);
});
