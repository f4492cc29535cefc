/** Tests that items which are added one by one share an event for a while, and that each of them is counted once. */
import { expect, test } from 'vitest';
import { itemSpec } from '../../support/item-spec.ts';
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
