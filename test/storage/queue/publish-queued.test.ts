/** Tests that items which are added one by one share an event for a while, and that each of them is counted once. */
import { expect, test } from 'vitest';
import { itemId, itemSpec, nodeId, nodeView } from '../../support/item-spec.ts';
import { eventLimits } from '../../../src/storage/limits.ts';
import { pumpOf, readerOf } from '../event/pumped.ts';
import { ledgerHarness } from '../state-folder.ts';

const queued = (on: ReturnType<typeof ledgerHarness>) =>
  readerOf(on)
    .events({ type: 'WORK_QUEUED', limit: 1_000 })
    .events.map(({ payload }) => payload as { readonly count: number; readonly items: readonly string[] });

test('ten items a second for a minute make seven events, which count every item', async () => {
  const on = ledgerHarness();
  const pump = pumpOf(on);
  for (let k = 0; k < 600; k += 1) {
    await on.activities.enqueue({ items: [itemSpec(`x.${k}`)] });
    on.clock.nowMs += 98; // The clock of the harness goes on by itself at each look.
    if (k % 20 === 0) pump.step();
  }
  on.clock.nowMs += eventLimits.queuedShareMs;
  pump.step();
  const events = queued(on);
  expect(events.length).toBeLessThanOrEqual(8);
  expect(events.reduce((sum, { count }) => sum + count, 0)).toBe(600);
  expect(events[0]).toMatchObject({ count: 1, items: ['x.0'] });
  expect(events[1]?.items).toHaveLength(20);
  expect(on.ledgers.queue.ledger.statement('SELECT count(*) AS rows FROM queued_groups').get()).toEqual({ rows: 1 });
  on.clock.nowMs += eventLimits.queuedShareMs;
  pump.step();
  expect(on.ledgers.queue.ledger.statement('SELECT count(*) AS rows FROM queued_groups').get()).toEqual({ rows: 0 });
});

test('the first items of another kind, turn or owner are published at once', async () => {
  const on = ledgerHarness();
  const pump = pumpOf(on);
  await on.activities.enqueue({ items: [itemSpec('a.1'), itemSpec('a.2')] });
  await on.activities.enqueue({ items: [itemSpec('b.1', { pipeline: 'cf', turn: 1, owner: 'train/cf/1' })] });
  pump.step();
  expect(queued(on).map(({ items }) => items)).toEqual([['a.1', 'a.2'], ['b.1']]);
});

test('items that wait for their event are not lost with the process', async () => {
  const on = ledgerHarness();
  for (const id of ['a.1', 'a.2']) await on.activities.enqueue({ items: [itemSpec(id)] });
  pumpOf(on).step();
  on.ledgers.close();
  const again = ledgerHarness({ folder: on.folder });
  again.clock.nowMs = on.clock.nowMs + eventLimits.queuedShareMs;
  pumpOf(again).step();
  expect(queued(again).map(({ items }) => items)).toEqual([['a.1'], ['a.2']]);
});

const powers = (...names: readonly string[]) => names.map((name, at) => ({ node: nodeId(name), slots: 2 + 2 * at, labels: at === 0 ? [] : [label] }));
const label = 'gpu';

test('an event names new items that no node of the cluster file has the slots and labels for, once while items with this need wait', async () => {
  const nodesOfFile = powers('a', 'b');
  const on = ledgerHarness({ nodesOfFile });
  const pump = pumpOf(on);
  const unplaced = () =>
    readerOf(on)
      .events({ type: 'WORK_UNPLACED', limit: 10 })
      .events.map(({ payload }) => payload);
  // The sweep has looked at no node, and then at one of the two.
  await on.activities.enqueue({ items: [itemSpec('early', { slots: 4 })] });
  await on.activities.recordNodes({ nodes: [nodeView('a', { slots: 2 })] });
  await on.activities.enqueue({ items: [itemSpec('fits', { slots: 4, labels: [label] })] });
  pump.step();
  expect(unplaced()).toEqual([]);
  await on.activities.enqueue({ items: [itemSpec('x.1', { slots: 3, labels: ['big'] }), itemSpec('x.2', { slots: 3, labels: ['big'] })] });
  await on.activities.enqueue({ items: [itemSpec('x.3', { slots: 3, labels: ['big'] })] });
  pump.step();
  expect(unplaced()).toEqual([
    {
      count: 2,
      items: ['x.1', 'x.2'],
      because: 'no node of the cluster file has 3 slots and the label big (b lacks big, a has 2 slots and lacks big)',
    },
  ]);
});

test('an item waits for no missing node while the sweep has not looked at the node of the cluster file that can run the item', async () => {
  const on = ledgerHarness({ nodesOfFile: powers('a', 'b') });
  await on.activities.recordNodes({ nodes: [nodeView('a', { slots: 2 })] });
  await on.activities.enqueue({ items: [itemSpec('new', { slots: 4 }), itemSpec('none', { slots: 5 })] });
  const found = await on.activities.items({ items: [itemId('new'), itemId('none')], withNodes: true });
  expect(found.map(({ item, noNode }) => [item, noNode?.nodes])).toEqual([
    ['new', undefined],
    ['none', 'none'],
  ]);
});
