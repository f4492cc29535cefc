/** Tests the subscribers of Ringmaster: an event goes in, and its effect comes out. */
import { describe, expect, test } from 'vitest';
import { DeliverTo } from '../../../activities/ledger/event/deliver-to.ts';
import { createHandlers } from '../../../activities/ledger/event/handlers.ts';
import { type SubscriberName, subscriptions } from '../../../src/domain/event/subscriptions.ts';
import { itemSpec, nodeView } from '../../support/item-spec.ts';
import { ledgerHarness, type LedgerHarness } from '../state-folder.ts';
import { pumpOf, readerOf } from './pumped.ts';

/** Returns a function that moves what was published, lets the subscriber's wait pass, and makes a step of its delivery. */
function stepperOf(on: LedgerHarness, name: SubscriberName): () => Promise<void> {
  const { events: door } = on.dependencies;
  const subscription = subscriptions.find(({ subscriber }) => subscriber === name)!;
  const to = new DeliverTo({ subscription, handler: createHandlers(on.dependencies)[name], door, now: () => on.clock.nowMs });
  const pump = pumpOf(on);
  pump.step(); // A subscriber that begins at the end gets its cursor before the first event.
  door.use(() => undefined);
  return async () => {
    pump.step();
    on.clock.nowMs += subscription.waitMs + 1;
    await to.step(new AbortController().signal);
    const found = readerOf(on)
      .subscriptions()
      .subscribers.find(({ subscriber }) => subscriber === name);
    expect(found, 'each event is done').toMatchObject({ lag: 0, retried: 0, dead: 0 });
  };
}

describe('dispatcher', () => {
  const wakes = ({ signals }: LedgerHarness): readonly string[] => signals.map(({ signal }) => signal);

  test('an item beside a free slot wakes the dispatcher once, however many items were added', async () => {
    const on = ledgerHarness();
    const step = stepperOf(on, 'dispatcher');
    await on.activities.recordNodes({ nodes: [nodeView('a')] });
    for (const id of ['x.1', 'x.2', 'x.3']) await on.activities.enqueue({ items: [itemSpec(id)] });
    on.signals.length = 0;
    await step();
    expect(wakes(on)).toEqual(['wake→dispatcher']);
  });

  test('a node that comes back wakes the dispatcher for an item that waits', async () => {
    const on = ledgerHarness();
    const step = stepperOf(on, 'dispatcher');
    await on.activities.recordNodes({ nodes: [nodeView('a', { state: 'unreachable' })] });
    await on.activities.enqueue({ items: [itemSpec('x.1')] });
    await step();
    expect(wakes(on)).toEqual([]);
    await on.activities.recordNodes({ nodes: [nodeView('a', { sinceMs: on.clock.nowMs })] });
    await step();
    expect(wakes(on)).toEqual(['wake→dispatcher']);
  });

  test('no signal is sent for an item that was claimed, or that fits nowhere', async () => {
    const on = ledgerHarness();
    const step = stepperOf(on, 'dispatcher');
    await on.activities.recordNodes({ nodes: [nodeView('a')] });
    await on.activities.enqueue({ items: [itemSpec('x.1')] });
    await on.activities.claim({ open: [] });
    await on.activities.enqueue({ items: [itemSpec('x.2', { labels: ['gpu'] })] });
    await step();
    expect(wakes(on)).toEqual([]);
  });
});

test.each(['MODEL_DISTRIBUTION', 'AUTO_SYNC', 'ELO_SYNC'] as const)(
  'a node that comes back wakes %s, once for all nodes that came back',
  async (daemon) => {
    const on = ledgerHarness();
    const step = stepperOf(on, daemon);
    const views = (state: 'unreachable' | 'alive') => ['b', 'c'].map((node) => nodeView(node, { state, sinceMs: on.clock.nowMs }));
    await on.activities.recordNodes({ nodes: [nodeView('a'), ...views('unreachable')] });
    await step();
    on.signals.length = 0;
    await on.activities.recordNodes({ nodes: [nodeView('a'), ...views('alive')] });
    await step();
    expect(on.signals.filter(({ signal }) => signal.startsWith('wake→daemon/'))).toEqual([{ signal: `wake→daemon/${daemon}`, payload: undefined }]);
  },
);

test('a verdict wakes FEEDBACK_LOOP', async () => {
  const on = ledgerHarness();
  const step = stepperOf(on, 'FEEDBACK_LOOP');
  const model = {
    pipeline: 'cf',
    turn: 1,
    sha256: 'a'.repeat(64),
    bytes: 1,
    trainingSet: 's'.repeat(64),
    parent: 'cf-random',
    seed: 1,
    payloadDigest: 'd',
  };
  const { id } = await on.activities.registerModel(model);
  await step();
  expect(on.signals).toEqual([]);
  await on.activities.promote({ pipeline: 'cf', turn: 1, candidate: id, champion: 'cf-random', verdict: 'reject', llr: -3, pairs: [] });
  await step();
  expect(on.signals.map(({ signal }) => signal)).toEqual(['wake→daemon/FEEDBACK_LOOP']);
});

test('games of a turn that are at home wake QUALITY_MONITOR', async () => {
  const on = ledgerHarness();
  const step = stepperOf(on, 'QUALITY_MONITOR');
  const stage = { pipeline: 'cf', turn: 1, detail: '' } as const;
  await on.activities.recordStage({ ...stage, stage: 'consolidate' });
  await step();
  expect(on.signals).toEqual([]);
  await on.activities.recordStage({ ...stage, stage: 'export' });
  await step();
  expect(on.signals.map(({ signal }) => signal)).toEqual(['wake→daemon/QUALITY_MONITOR']);
});
