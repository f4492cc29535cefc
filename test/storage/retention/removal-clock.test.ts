/** A clock of the machine that steps by a hundred days removes nothing: neither items and games nor events. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { RunningCluster } from '../../../src/domain/cluster/cluster.ts';
import { removalLagMs, removalTime } from '../../../src/domain/cluster/removal-time.ts';
import { writeRunningCluster } from '../../../src/config/running-cluster.ts';
import { publish } from '../../../src/storage/event/publish.ts';
import { readRemovalTime } from '../../../src/storage/read/read-removal-time.ts';
import { RemovalClock } from '../../../src/storage/retention/removal-clock.ts';
import { runTidy } from '../../../workers/ledger/run-tidy.ts';
import { itemSpec, nodeView } from '../../support/item-spec.ts';
import { pumpOf, readerOf } from '../event/pumped.ts';
import { ledgerHarness, stateFolder } from '../state-folder.ts';

const day = 86_400_000;
afterEach(() => vi.restoreAllMocks());

describe('the removal time', () => {
  test('follows a clock that goes on, and stands still at a jump of more than a day', () => {
    const first = removalTime(undefined, 1_000 * day);
    const next = removalTime(first, 1_001 * day);
    expect(next.atMs).toBe(1_001 * day);
    const jumped = removalTime(next, 1_101 * day);
    expect(jumped.atMs).toBe(1_001 * day);
    expect(removalLagMs(next, 1_101 * day)).toBe(100 * day);
    expect(removalLagMs(next, 1_001 * day + 1)).toBeUndefined();
  });

  test('nears the clock twice as fast after a jump, and never passes it', () => {
    let time = removalTime(removalTime(undefined, 0), 3 * day);
    const behind = [1, 2, 3, 4].map((passed) => {
      time = removalTime(time, (3 + passed) * day);
      return time.clockMs - time.atMs;
    });
    expect(behind).toEqual([2 * day, day, 0, 0]);
  });

  test('is set back with the clock, and does not follow the clock to where it was by a jump', () => {
    const back = removalTime(removalTime(undefined, 1_000 * day), 900 * day);
    expect(back.atMs).toBe(900 * day);
    expect(removalTime(back, 1_000 * day).atMs).toBe(900 * day);
  });

  test('survives a restart, and a clock that was set while the cluster was off', () => {
    const state = ledgerHarness().folder;
    new RemovalClock(state).look(1_000 * day);
    expect(new RemovalClock(state).look(1_100 * day)).toBe(1_000 * day);
    expect(readRemovalTime(state)).toEqual({ atMs: 1_000 * day, clockMs: 1_100 * day });
  });

  test('is not lost on a full disk: the look answers', () => {
    expect(new RemovalClock(`${stateFolder()}/missing`).look(5)).toBe(5);
  });
});

test('a run of MAINTENANCE at a clock that is a hundred days ahead removes no item, and the same age without a step does', async () => {
  const on = ledgerHarness();
  await on.activities.recordNodes({ nodes: [nodeView('a', { slots: 10 })] });
  await on.activities.enqueue({ items: [itemSpec('done', { attemptsMax: 1 })] });
  for (const { job, node } of (await on.activities.claim({ open: [] })).started)
    await on.activities.closeJob({ job, node, outcome: { type: 'completed', result: {}, files: [] } });
  const retention = { filesMs: 14 * day, champions: 1, itemsMs: 30 * day, gamesMs: 90 * day };
  const config = { v: 1, cluster: 'x', state: on.folder, retention, pipelines: [], nodes: [{ id: 'a' }] };
  writeRunningCluster({ config, configEpoch: 1, temporalAddress: '127.0.0.1:1' } as unknown as RunningCluster);
  const clock = new RemovalClock(on.folder);
  const steps = vi.spyOn(Date, 'now');
  const at = async (nowMs: number): Promise<unknown> => {
    steps.mockReturnValue(nowMs);
    const { items } = await runTidy({ state: on.folder, part: 'items' });
    clock.look(nowMs);
    return items;
  };
  const startMs = on.clock.nowMs;
  expect(await at(startMs)).toBe(0);
  expect(await at(startMs + 100 * day)).toBe(0);
  expect(await at(startMs + 100 * day + 3_600_000)).toBe(0);
  // The clock is set right, and goes on.
  for (let days = 1; days <= 30; days += 1) expect(await at(startMs + days * day)).toBe(0);
  expect(await at(startMs + 31 * day)).toBe(1);
});

test('an event that is appended at a clock that is a hundred days ahead removes no event', () => {
  const on = ledgerHarness();
  const pump = pumpOf(on);
  const note = (evidence: string): void => {
    publish(on.ledgers.resources.ledger, 'NODE_SUSPECT', { node: 'a', to: 'suspect', evidence }, { atMs: on.clock.nowMs, actor: 'test' });
    while (pump.step() === true);
  };
  note('before');
  // An event that a subscriber did not get would stay at any age.
  on.dependencies.events.use(({ log }) => log.ledger.statement('UPDATE subscribers SET position = 1000').run());
  on.clock.nowMs += 100 * day;
  note('after');
  const { events } = readerOf(on).events({ limit: 10 });
  expect(new Set(events.map(({ payload }) => payload['evidence']))).toEqual(new Set(['after', 'before']));
});
