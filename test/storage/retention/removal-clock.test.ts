/** A clock of the machine that steps by a hundred days or more removes nothing: neither items and games nor events, rows of a history and folders of jobs. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { failureRecord } from '../../../src/domain/failure/record.ts';
import type { RunningCluster } from '../../../src/domain/cluster/cluster.ts';
import { removalLagMs, removalTime } from '../../../src/domain/cluster/removal-time.ts';
import { writeRunningCluster } from '../../../src/config/running-cluster.ts';
import { publish } from '../../../src/storage/event/publish.ts';
import { addNodeChanges } from '../../../src/storage/node/node-changes.ts';
import { addToStages } from '../../../src/storage/pipeline/stage-spans.ts';
import type { JobSummary } from '../../../src/storage/queue/closed-jobs.ts';
import { readRemovalTime } from '../../../src/storage/read/read-removal-time.ts';
import { RemovalClock } from '../../../src/storage/retention/removal-clock.ts';
import { runTidy } from '../../../workers/ledger/run-tidy.ts';
import { itemId, itemSpec, nodeId, nodeView } from '../../support/item-spec.ts';
import { pumpOf, readerOf } from '../event/pumped.ts';
import { ledgerHarness, type LedgerHarness, stateFolder } from '../state-folder.ts';

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

const closedTry = (item: string, endedAtMs: number, outcome: JobSummary['outcome']): JobSummary => ({
  item: itemId(item),
  epoch: 1,
  kind: 'command',
  pipeline: null,
  turn: null,
  node: nodeId('a'),
  slots: 1,
  startedAtMs: endedAtMs,
  endedAtMs,
  outcome,
  logs: { stdout: 'a line', stderr: '' },
});
const completed: JobSummary['outcome'] = { type: 'completed', result: {}, files: [] };
const failed = (code: 'job.exit-code' | 'job.cancelled'): JobSummary['outcome'] => ({
  type: 'failed',
  failure: failureRecord(code, { cannot: 'go on', because: 'of a test', hint: { say: 'nothing' } }),
});

interface History {
  readonly ledger: (on: LedgerHarness) => LedgerHarness['ledgers']['tasks']['ledger'];
  /** Adds rows with this name, as the ledger worker does. */
  readonly add: (on: LedgerHarness, name: string) => void;
  /** The condition of the rows that have a name. */
  readonly named: string;
}

const closedTries: Omit<History, 'named'> = {
  ledger: (on) => on.ledgers.tasks.ledger,
  // The ledger prunes closed tries after fifty of them.
  add: ({ ledgers, clock }, name) => ledgers.tasks.record(Array.from({ length: 50 }, (_, n) => closedTry(`${name}-${n}`, clock.nowMs, completed))),
};
const syncs: Omit<History, 'named'> = {
  ledger: (on) => on.ledgers.syncs.ledger,
  add: (on, name) => {
    const sync = {
      key: name,
      dataset: name,
      source: 'home',
      target: 'a',
      version: 'v',
      digest: 'd',
      files: 1,
      bytes: 1,
      durationMs: 1,
      method: 'tree',
    };
    on.ledgers.syncs.record(sync, on.clock.nowMs);
    on.ledgers.syncs.noteVersion(name, 'v', on.clock.nowMs);
  },
};
const resources = (on: LedgerHarness): ReturnType<History['ledger']> => on.ledgers.resources.ledger;
const histories: Readonly<Record<string, History>> = {
  jobs: { ...closedTries, named: "item LIKE ? || '-%'" },
  logs: { ...closedTries, named: "item LIKE ? || '-%'" },
  node_changes: {
    ledger: resources,
    add: (on, node) => {
      const change = { node: nodeId(node), atMs: on.clock.nowMs, what: 'state', to: 'alive', evidence: '' } as const;
      resources(on).write('add', () => addNodeChanges(resources(on), [change], { atMs: on.clock.nowMs, actor: 'test' }));
    },
    named: 'node = ?',
  },
  stages: {
    ledger: resources,
    add: (on, pipeline) => {
      for (const stage of ['train', 'evaluate'] as const)
        resources(on).write('add', () => addToStages(resources(on), { pipeline, turn: 1, stage, detail: '' }, undefined, on.clock.nowMs));
    },
    named: "stage = 'train' AND pipeline = ?",
  },
  syncs: { ...syncs, named: 'key = ?' },
  copies: { ...syncs, named: 'dataset = ?' },
  home_versions: { ...syncs, named: 'dataset = ?' },
};

describe.each(Object.entries(histories))('the history %s', (table, { ledger, add, named }) => {
  const oldRows = (on: LedgerHarness): number =>
    ledger(on).statement<{ rows: number }>(`SELECT count(*) AS rows FROM ${table} WHERE ${named}`).get('old')?.rows ?? 0;

  test('keeps its rows when the clock steps by 400 days, and removes them after 400 days', () => {
    const on = ledgerHarness();
    const clock = new RemovalClock(on.folder);
    const startMs = on.clock.nowMs;
    clock.look(startMs);
    add(on, 'old');
    const rows = oldRows(on);
    expect(rows).toBeGreaterThan(0);
    on.clock.nowMs = startMs + 400 * day;
    add(on, 'new');
    expect(oldRows(on)).toBe(rows);
    clock.look(on.clock.nowMs);
    add(on, 'newer');
    expect(oldRows(on)).toBe(rows);
    // The clock is set right, and goes on.
    for (let days = 0; days <= 400; days += 5) for (let step = 0; step < 5; step += 1) clock.look(startMs + (days + step) * day);
    on.clock.nowMs = startMs + 404 * day;
    add(on, 'last');
    expect(oldRows(on)).toBe(0);
  });
});

test('the folder of a failed try stays when the clock steps, and that of any other try goes at once', async () => {
  const on = ledgerHarness();
  const clock = new RemovalClock(on.folder);
  const startMs = on.clock.nowMs;
  const folders = async (): Promise<readonly string[]> => (await on.activities.foldersOf({ node: nodeId('a') })).jobs.map(({ item }) => item);
  clock.look(startMs);
  on.ledgers.tasks.record([closedTry('failed', startMs, failed('job.exit-code'))]);
  on.clock.nowMs = startMs + 100 * day;
  clock.look(on.clock.nowMs);
  const later = on.clock.nowMs;
  on.ledgers.tasks.record([closedTry('done', later, completed), closedTry('cancelled', later, failed('job.cancelled'))]);
  expect((await folders()).toSorted((a, b) => a.localeCompare(b))).toEqual(['cancelled', 'done']);
  for (let days = 1; days <= 8; days += 1) clock.look(later + days * day);
  on.clock.nowMs = later + 8 * day;
  expect(await folders()).toContain('failed');
});
