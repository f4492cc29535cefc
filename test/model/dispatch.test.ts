import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dispatch, type DispatchInput, type DispatchItem, placementsOf } from '../../src/domain/item/dispatch.ts';
import type { DispatchNode } from '../../src/domain/item/placement.ts';
import { nodeServices } from '../../src/domain/node/wish.ts';
import { itemId, nodeId } from '../support/item-spec.ts';
import { options } from './seed.ts';

const labels = fc.subarray(['gpu', 'big', 'arm']);
const nodeIds = ['a', 'b', 'c', 'd', 'e', 'f'];
const nodes: fc.Arbitrary<DispatchNode[]> = fc
  .array(
    fc.record({
      state: fc.constantFrom('alive' as const, 'alive' as const, 'alive' as const, 'suspect' as const, 'lost' as const, 'joining' as const),
      slots: fc.nat({ max: 6 }),
      labels,
      service: fc.constantFrom(...nodeServices, undefined, undefined),
    }),
    { maxLength: nodeIds.length },
  )
  .map((all) =>
    all.map(({ service, ...node }, at) => ({
      ...node,
      node: nodeId(nodeIds[at] ?? 'z'),
      ...(service === undefined ? {} : { wish: { service, reason: '', by: '', sinceMs: 0 } }),
    })),
  );
const itemsWith = (slots: fc.Arbitrary<number>): fc.Arbitrary<DispatchItem[]> =>
  fc
    .array(
      fc.record({
        priority: fc.constantFrom(0, 10, 20),
        slots,
        labels,
        failedOn: fc.subarray(nodeIds.map(nodeId)),
      }),
      { maxLength: 150 },
    )
    .map((all) =>
      all.map(({ failedOn, ...item }, at) => ({ ...item, id: itemId(`i${at}`), order: at, failedOn: failedOn.map((node) => ({ node, atMs: 0 })) })),
    );
const held = fc.array(fc.record({ node: fc.constantFrom(...nodeIds.map(nodeId)), slots: fc.integer({ min: 1, max: 4 }) }), { maxLength: 6 });
const input = (slots: fc.Arbitrary<number>): fc.Arbitrary<DispatchInput> =>
  fc.record({ items: itemsWith(slots), nodes, held, nowMs: fc.constant(1) });

const able = (item: DispatchItem, node: DispatchNode): boolean =>
  node.state === 'alive' &&
  (node.wish === undefined || node.wish.service === 'in-service') &&
  node.slots >= item.slots &&
  item.labels.every((label) => node.labels.includes(label));
const avoids = (item: DispatchItem, node: string): boolean => item.failedOn?.some((one) => one.node === node) ?? false;
const usedOn = ({ held: taken }: DispatchInput, node: DispatchNode): number =>
  taken.filter((one) => one.node === node.node).reduce((sum, one) => sum + one.slots, 0);

it('never exceeds slots, never uses an unsuitable node, never places an item twice, and never places more than 50', () => {
  fc.assert(
    fc.property(input(fc.integer({ min: 1, max: 4 })), (world) => {
      const plan = dispatch(world);
      expect(plan.length).toBeLessThanOrEqual(50);
      expect(new Set(plan.map(({ item }) => item)).size).toBe(plan.length);
      for (const { item, node, slots } of plan) {
        const wish = world.items.find(({ id }) => id === item);
        const room = world.nodes.find((one) => one.node === node);
        if (wish === undefined || room === undefined) throw new Error('planned what was not given');
        expect(slots).toBe(wish.slots);
        expect(able(wish, room)).toBe(true);
        if (avoids(wish, node)) {
          expect(world.nodes.some((other) => able(wish, other) && !avoids(wish, other.node))).toBe(false);
          const last = wish.failedOn?.at(-1)?.node;
          if (last === node) expect(world.nodes.some((other) => other.node !== node && able(wish, other))).toBe(false);
        }
      }
      for (const room of world.nodes) {
        const mine = plan.filter(({ node }) => node === room.node).reduce((sum, { slots }) => sum + slots, 0);
        if (mine > 0) expect(mine + usedOn(world, room)).toBeLessThanOrEqual(room.slots);
      }
    }),
    options(500),
  );
});

it('does not depend on the order of its input', () => {
  fc.assert(
    fc.property(input(fc.integer({ min: 1, max: 3 })), (world) => {
      expect(dispatch({ items: world.items.toReversed(), nodes: world.nodes.toReversed(), held: world.held.toReversed(), nowMs: 1 })).toEqual(
        dispatch(world),
      );
    }),
    options(300),
  );
});

it('leaves no slot idle that an item of one slot could use', () => {
  fc.assert(
    fc.property(input(fc.constant(1)), (world) => {
      const plan = dispatch(world);
      if (plan.length >= 50) return;
      const placed = new Set(plan.map(({ item }) => item));
      for (const room of world.nodes) {
        const free = room.slots - usedOn(world, room) - plan.filter(({ node }) => node === room.node).length;
        const waiting = world.items.some((item) => !placed.has(item.id) && !avoids(item, room.node) && able(item, room));
        expect(free > 0 && waiting).toBe(false);
      }
    }),
    options(500),
  );
});

it('an item never takes a slot that an item of higher rank could have used', () => {
  fc.assert(
    fc.property(input(fc.constant(1)), (world) => {
      const plan = dispatch(world);
      const placed = new Map(plan.map(({ item, node }) => [item, node]));
      const rank = (item: DispatchItem): readonly [number, number] => [-item.priority, item.order];
      for (const waiting of world.items.filter(({ id }) => !placed.has(id))) {
        for (const other of world.items) {
          const node = world.nodes.find((one) => one.node === placed.get(other.id));
          if (node === undefined || avoids(waiting, node.node) || !able(waiting, node)) continue;
          const [p, o] = rank(other);
          const [q, w] = rank(waiting);
          expect(p < q || (p === q && o < w)).toBe(true);
        }
      }
    }),
    options(200),
  );
});

it('names a rule for each node that an item cannot use, and no rule for the node that takes it', () => {
  fc.assert(
    fc.property(input(fc.integer({ min: 1, max: 4 })), (world) => {
      const plan = new Map(dispatch(world).map(({ item, node }) => [item, node]));
      if (plan.size >= 50) return;
      for (const item of world.items) {
        const free = (placementsOf(item.id, world) ?? []).filter(({ refusal }) => refusal === undefined).map(({ node }) => node);
        const node = plan.get(item.id);
        if (node === undefined) expect(free).toEqual([]);
        else expect(free).toContain(node);
      }
    }),
    options(200),
  );
});
