import { expect, it } from 'vitest';
import { dispatch, type DispatchInput, type DispatchItem, nextChanceMs, placementsOf } from '../../../src/domain/item/dispatch.ts';
import { itemId, nodeId, nodeView } from '../../support/item-spec.ts';

const wish = (id: string, order: number, change: Partial<DispatchItem> = {}): DispatchItem => ({
  id: itemId(id),
  priority: 10,
  order,
  slots: 1,
  labels: [],
  ...change,
});
const plan = (input: Omit<DispatchInput, 'nowMs'> & { readonly nowMs?: number }): readonly string[] =>
  dispatch({ nowMs: 1, ...input }).map(({ item, node }) => `${item}@${node}`);

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
  const avoid = { failedOn: [{ node: nodeId('a'), atMs: 0, code: 'job.killed' as const }] };
  const nodes = [nodeView('a'), nodeView('b', { slots: 1 })];
  expect(plan({ items: [wish('x', 1, avoid)], nodes, held: [] })).toEqual(['x@b']);
  expect(plan({ items: [wish('x', 1, avoid)], nodes, held: [{ node: nodeId('b'), slots: 1 }] })).toEqual([]);
  expect(plan({ items: [wish('x', 1, avoid)], nodes: [nodeView('a')], held: [] })).toEqual(['x@a']);
  expect(plan({ items: [wish('x', 1, avoid)], nodes: [nodeView('a'), nodeView('b', { state: 'suspect' })], held: [] })).toEqual([]);
  expect(plan({ items: [wish('x', 1, avoid)], nodes: [nodeView('a'), nodeView('b', { state: 'unreachable' })], held: [] })).toEqual(['x@a']);
});

it('keeps the best node for an item of several slots that has to wait', () => {
  const nodes = [nodeView('a', { slots: 4 }), nodeView('b', { slots: 2 })];
  const held = [{ node: nodeId('a'), slots: 2 }];
  expect(plan({ items: [wish('wide', 1, { slots: 4 }), wish('x', 2), wish('y', 3), wish('z', 4)], nodes, held })).toEqual(['x@b', 'y@b']);
});

it('returns at most 50 steps', () => {
  const items = Array.from({ length: 300 }, (_, k) => wish(`i${k}`, k));
  expect(dispatch({ items, nodes: [nodeView('a', { slots: 1000 })], held: [], nowMs: 1, max: 1000 })).toHaveLength(50);
});

const failed = (node: string, atMs = 0) => ({ node: nodeId(node), atMs, code: 'job.killed' as const });
const minutes = 60_000;

it('avoids every node of an earlier failure while another node could take the item, for ten minutes', () => {
  const nodes = ['a', 'b', 'c', 'd'].map((id) => nodeView(id, { slots: 1 }));
  const busy = [
    { node: nodeId('c'), slots: 1 },
    { node: nodeId('d'), slots: 1 },
  ];
  const items = [wish('x', 1, { failedOn: [failed('a'), failed('b', 1)] })];
  expect(plan({ items, nodes, held: busy })).toEqual([]);
  expect(plan({ items, nodes, held: busy.slice(0, 1) })).toEqual(['x@d']);
  expect(plan({ items, nodes, held: busy, nowMs: 10 * minutes })).toEqual(['x@a']);
  expect(nextChanceMs({ items, nodes, nowMs: 2 })).toBe(10 * minutes);
});

it('an item that failed on every node avoids only the node where it failed last', () => {
  const nodes = [nodeView('a'), nodeView('b')];
  expect(plan({ items: [wish('x', 1, { failedOn: [failed('a'), failed('b', 1)] })], nodes, held: [] })).toEqual(['x@a']);
  expect(plan({ items: [wish('x', 1, { failedOn: [failed('b'), failed('a', 1)] })], nodes, held: [] })).toEqual(['x@b']);
});

const rest = (untilMs: number, rests = 1, sinceMs = 0) => ({
  rest: { sinceMs, untilMs, rests, code: 'job.disk-full' as const, because: 'x failed there' },
});

it('gives a resting node nothing, then one canary at a time', () => {
  const nodes = [nodeView('a', rest(30_000)), nodeView('b', { slots: 1 })];
  const items = ['x', 'y', 'z'].map((id, order) => wish(id, order));
  expect(plan({ items, nodes, held: [], nowMs: 10_000 })).toEqual(['x@b']);
  expect(plan({ items, nodes, held: [], nowMs: 30_000 })).toEqual(['x@a', 'y@b']);
  expect(plan({ items, nodes, held: [], nowMs: 30_000, canaries: new Set([nodeId('a')]) })).toEqual(['x@b']);
});

it('never excludes every node: when all rest, the least bad one gets its canary early', () => {
  const nodes = [nodeView('a', rest(60_000, 2)), nodeView('b', rest(600_000))];
  const items = ['x', 'y'].map((id, order) => wish(id, order));
  expect(plan({ items, nodes, held: [], nowMs: 1_000 })).toEqual([]);
  expect(plan({ items, nodes, held: [], nowMs: 5_000 })).toEqual(['x@b']);
  expect(nextChanceMs({ items, nodes, nowMs: 1_000 })).toBe(5_000);
});

it('names for each node the rule that keeps the item away', () => {
  const nodes = [
    nodeView('a', { slots: 1, ...rest(30_000) }),
    nodeView('b', { slots: 1 }),
    nodeView('c', { state: 'unreachable' }),
    nodeView('d', { wish: { service: 'cordoned', reason: '', by: '', sinceMs: 0 } }),
    nodeView('e', { labels: [] }),
    nodeView('f', { slots: 1, labels: ['gpu'] }),
    nodeView('g', { slots: 1, labels: ['gpu'] }),
    nodeView('h', { slots: 3, labels: ['gpu'] }),
    nodeView('i', { slots: 3, labels: ['gpu'] }),
  ].map((view) => (['e'].includes(view.node) ? view : { ...view, labels: ['gpu'] }));
  const held = [
    { node: nodeId('f'), slots: 1 },
    { node: nodeId('h'), slots: 2 },
    { node: nodeId('i'), slots: 3 },
  ];
  const items = [
    wish('first', 1, { priority: 30, labels: ['gpu'] }),
    wish('wide', 2, { priority: 20, slots: 3, labels: ['gpu'] }),
    wish('x', 3, { labels: ['gpu'], failedOn: [failed('b')] }),
  ];
  const found = placementsOf(itemId('x'), { items, nodes, held, nowMs: 1_000 });
  expect(found?.map(({ node, refusal }) => [node, refusal?.rule])).toEqual([
    ['a', 'resting'],
    ['b', 'avoided'],
    ['c', 'not-alive'],
    ['d', 'out-of-service'],
    ['e', 'label-missing'],
    ['f', 'full'],
    ['g', undefined],
    ['h', 'reserved'],
    ['i', 'full'],
  ]);
});
