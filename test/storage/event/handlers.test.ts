/** Tests the subscribers of Ringmaster: an event goes in, and its effect comes out. */
import { describe, expect, test } from 'vitest';
import { DeliverTo } from '../../../activities/ledger/event/deliver-to.ts';
import { createHandlers } from '../../../activities/ledger/event/handlers.ts';
import { type SubscriberName, subscriptions } from '../../../src/domain/event/subscriptions.ts';
import { itemSpec, nodeView } from '../../support/item-spec.ts';
import { ledgerHarness, type LedgerHarness } from '../state-folder.ts';
import { pumpOf, readerOf } from './pumped.ts';

/** Returns a function that moves what was published, lets the subscriber's wait pass, and makes a step of its delivery. */
function stepperOf(on: LedgerHarness, name: SubscriberName, pipelines = on.dependencies.pipelines): () => Promise<void> {
  const { events: door } = on.dependencies;
  const subscription = subscriptions.find(({ subscriber }) => subscriber === name)!;
  const to = new DeliverTo({ subscription, handler: createHandlers({ ...on.dependencies, pipelines })[name], door, now: () => on.clock.nowMs });
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

describe('champion-sync', () => {
  /** Makes a champion, which was pushed to the given nodes. */
  async function withChampion(on: LedgerHarness, nodes: readonly string[], digest = 'digest-1'): Promise<void> {
    const { id } = await on.activities.registerModel({
      pipeline: 'cf',
      turn: 1,
      sha256: '1'.repeat(64),
      bytes: 10,
      trainingSet: 't',
      parent: 'cf-random',
      seed: 1,
      payloadDigest: 'p',
    });
    const pairs = Array.from({ length: 20 }, (_, index) => ({ index, opening: index, scores: [1, 0.5] as const }));
    await on.activities.promote({ pipeline: 'cf', turn: 1, candidate: id, champion: 'cf-random', verdict: 'accept', llr: 3, pairs });
    for (const node of nodes) await push(on, node, digest);
  }
  const push = (on: LedgerHarness, target: string, digest: string): Promise<void> =>
    on.activities.recordSync({
      key: `${target} ${digest}`,
      dataset: 'champion-cf',
      source: 'home',
      target,
      digest,
      files: 2,
      bytes: 10,
      durationMs: 1,
      method: 'test',
    });
  const away = async (on: LedgerHarness, node: string): Promise<void> => {
    await on.activities.recordNodes({ nodes: [nodeView('a'), nodeView(node, { state: 'unreachable', sinceMs: on.clock.nowMs })] });
  };
  const back = async (on: LedgerHarness, node: string): Promise<void> => {
    await on.activities.recordNodes({ nodes: [nodeView('a'), nodeView(node, { sinceMs: on.clock.nowMs })] });
  };

  test('a node that comes back without the champion gets it', async () => {
    const on = ledgerHarness();
    const step = stepperOf(on, 'champion-sync');
    await away(on, 'b');
    await withChampion(on, ['a']);
    await back(on, 'b');
    await step();
    expect(on.syncs).toEqual([{ dataset: 'champion-cf', source: 'home', target: 'b' }]);
  });

  test('a node that has an older champion gets the present one, and a node that has it gets nothing', async () => {
    const on = ledgerHarness();
    const step = stepperOf(on, 'champion-sync');
    await push(on, 'b', 'digest-0');
    await away(on, 'b');
    await withChampion(on, ['a']);
    await back(on, 'b');
    await step();
    expect(on.syncs).toHaveLength(1);
    await push(on, 'b', 'digest-1');
    await away(on, 'b');
    await back(on, 'b');
    await step();
    expect(on.syncs).toHaveLength(1);
  });

  test('a node that has another version than the one that was sent last gets it', async () => {
    const on = ledgerHarness();
    const step = stepperOf(on, 'champion-sync');
    await away(on, 'b');
    await withChampion(on, ['a', 'b']);
    await push(on, 'a', 'digest-2');
    await back(on, 'b');
    await step();
    expect(on.syncs).toHaveLength(1);
  });

  test('nothing is sent of a pipeline that the cluster file does not name', async () => {
    const on = ledgerHarness();
    const step = stepperOf(on, 'champion-sync', []);
    await away(on, 'b');
    await withChampion(on, ['a']);
    await back(on, 'b');
    await step();
    expect(on.syncs).toEqual([]);
  });

  test('nothing is sent to a node that is away again, or before a first champion', async () => {
    const on = ledgerHarness();
    const step = stepperOf(on, 'champion-sync');
    await away(on, 'b');
    await back(on, 'b');
    await step();
    await withChampion(on, ['a']);
    await away(on, 'b');
    await back(on, 'b');
    await away(on, 'b');
    await step();
    expect(on.syncs).toEqual([]);
  });
});
