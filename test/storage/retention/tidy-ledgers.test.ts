/** Closed items and old games are removed in small transactions, and nothing that something may still read is removed. */
import { describe, expect, it } from 'vitest';
import type { WorkItemSpec } from '../../../src/domain/item/work-item.ts';
import { writeRunningCluster } from '../../../src/config/running-cluster.ts';
import type { RunningCluster } from '../../../src/domain/cluster/cluster.ts';
import type { NewestTurn } from '../../../src/domain/cluster/retention.ts';
import { backUpLedgers } from '../../../src/storage/backup/back-up-ledgers.ts';
import { restoreLedgers } from '../../../src/storage/backup/restore-ledgers.ts';
import { openOneLedger } from '../../../src/storage/ledger/ledgers.ts';
import { retentionLimits } from '../../../src/storage/limits.ts';
import { removeGames } from '../../../src/storage/retention/remove-games.ts';
import { removeItems } from '../../../src/storage/retention/remove-items.ts';
import { tidyGames, tidyItems } from '../../../src/storage/retention/tidy-ledgers.ts';
import { runTidy } from '../../../workers/ledger/run-tidy.ts';
import { itemSpec, nodeView } from '../../support/item-spec.ts';
import { accept, acceptedReplica, gamesOf, replica } from '../accepted-items.ts';
import { ledgerHarness, type LedgerHarness, stateFolder } from '../state-folder.ts';

const day = 86_400_000;
const completed = { type: 'completed', result: {}, files: [] } as const;
const failed = { type: 'failed', failure: { code: 'job.killed', class: 'node-fault', message: 'm', fields: {}, chain: [] } } as const;
const retention = { champions: 1, itemsMs: 30 * day, gamesMs: 90 * day };

/** Removes what is too old `days` after the last change. */
const tidied = async ({ folder, clock }: LedgerHarness, days: number, windowTurns: Readonly<Record<string, number>> = {}) => {
  const facts = { state: folder, retention, windowTurns, nowMs: clock.nowMs + days * day };
  return { items: await tidyItems(facts), games: await tidyGames(facts) };
};
const idsOf = ({ ledgers }: LedgerHarness): readonly string[] =>
  ledgers.queue.ledger
    .statement<{ id: string }>('SELECT id FROM items ORDER BY id')
    .all()
    .map(({ id }) => id);

/** Enqueues items and closes each of them in its first try. */
async function closed(on: LedgerHarness, ids: readonly string[], change: Partial<WorkItemSpec> = {}): Promise<void> {
  await on.activities.recordNodes({ nodes: [nodeView('a', { slots: 1_000 })] });
  await on.activities.enqueue({ items: ids.map((id) => itemSpec(id, { attemptsMax: 1, ...change })) });
  for (const { job, node } of (await on.activities.claim({ open: [] })).started) await on.activities.closeJob({ job, node, outcome: completed });
}

/** Records that a turn of the pipeline has begun. */
const reach = (on: LedgerHarness, pipeline: string, turn: number): Promise<unknown> =>
  on.activities.recordStage({ pipeline, turn, stage: 'self-play', detail: '' });

describe('closed items', () => {
  it('are removed at their age, with their specs and their counts; what is pending or open stays at any age', async () => {
    const on = ledgerHarness();
    await closed(on, ['done']);
    await on.activities.enqueue({ items: [itemSpec('runs')] });
    await on.activities.claim({ open: [] });
    await on.activities.enqueue({ items: [itemSpec('waits', { labels: ['tpu'] }), itemSpec('stopped', { labels: ['tpu'] })] });
    await on.activities.cancelItems({ items: [itemSpec('stopped').id] });
    expect(await tidied(on, 29)).toMatchObject({ items: 0 });
    expect(await tidied(on, 31)).toMatchObject({ items: 2 });
    expect(idsOf(on)).toEqual(['runs', 'waits']);
    const { queue } = on.ledgers;
    expect(queue.ledger.statement('SELECT seq FROM specs').all()).toHaveLength(2);
    expect([queue.count('completed'), queue.count('cancelled'), queue.count('claimed'), queue.count('pending')]).toEqual([0, 0, 1, 1]);
    expect(await tidied(on, 4_000)).toEqual({ items: 0, games: 0 });
  });

  it('of the newest turn of a pipeline, and of the turns that its training may take, stay at any age', async () => {
    const on = ledgerHarness();
    for (let turn = 1; turn <= 6; turn += 1) await closed(on, [`cf.${turn}.self-play.0`], { pipeline: 'cf', turn });
    await closed(on, ['other.1.self-play.0'], { pipeline: 'other', turn: 1 });
    await reach(on, 'cf', 6);
    expect(await tidied(on, 300, { cf: 3 })).toMatchObject({ items: 4 });
    expect(idsOf(on)).toEqual(['cf.4.self-play.0', 'cf.5.self-play.0', 'cf.6.self-play.0']);
    await reach(on, 'cf', 8);
    expect(await tidied(on, 300, { cf: 3 })).toMatchObject({ items: 2 });
  });

  it('of the window that the newest turn has fixed stay, although the window of the cluster file is smaller', async () => {
    const on = ledgerHarness();
    for (let turn = 1; turn <= 6; turn += 1) await closed(on, [`cf.${turn}.self-play.0`], { pipeline: 'cf', turn });
    on.ledgers.ratings.ledger
      .statement(`INSERT INTO turns (pipeline, turn, payload_digest, config) VALUES ('cf', 6, 'd', ?)`)
      .run(JSON.stringify({ windowTurns: 4 }));
    expect(await tidied(on, 300, { cf: 1 })).toMatchObject({ items: 2 });
    expect(idsOf(on)[0]).toBe('cf.3.self-play.0');
  });

  it('are recognised until they are removed; afterwards the same id is a new item above every epoch that it had', async () => {
    const on = ledgerHarness();
    await on.activities.recordNodes({ nodes: [nodeView('a')] });
    const spec = itemSpec('x', { attemptsMax: 2 });
    await on.activities.enqueue({ items: [spec] });
    for (const outcome of [failed, completed]) {
      const { started } = await on.activities.claim({ open: [] });
      for (const { job, node } of started) await on.activities.closeJob({ job, node, outcome });
      on.clock.nowMs += day;
    }
    expect(on.ledgers.queue.row('x')).toMatchObject({ state: 'completed', epoch: 2 });
    expect(await on.activities.enqueue({ items: [spec] })).toEqual({ added: 0 });
    expect(await tidied(on, 31)).toMatchObject({ items: 1 });
    expect(await on.activities.enqueue({ items: [spec] })).toEqual({ added: 1 });
    expect((await on.activities.claim({ open: [] })).started).toMatchObject([{ job: { item: 'x', epoch: 3 } }]);
  });

  it('that were removed since a backup raise no epoch by the age of the backup, and a restore starts above theirs', async () => {
    const folder = stateFolder();
    const on = ledgerHarness({ folder });
    await closed(on, ['x', 'y']);
    const { id } = await backUpLedgers({ state: folder, keep: 3, now: () => Date.now() - day });
    await tidied(on, 31);
    on.ledgers.close();
    const { epochFloor } = await restoreLedgers({ state: folder, from: id });
    expect(epochFloor).toBe(1_001);
    expect(idsOf(ledgerHarness({ folder }))).toEqual(['x', 'y']);
  });

  it('200,000 of them are removed in transactions of bounded size, and claims and closes go on between them', async () => {
    const on = ledgerHarness();
    const { queue } = on.ledgers;
    const atMs = on.clock.nowMs;
    queue.ledger.write('fill', () => {
      queue.ledger
        .statement(
          `WITH RECURSIVE n (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < 200000)
           INSERT INTO items (id, state, kind, priority, shape, slots, epoch, attempts_max, node, closed_at_ms, created_at_ms, changed_at_ms)
             SELECT 'old.' || k, CASE WHEN k % 10 = 0 THEN 'dead' ELSE 'completed' END, 'self-play', 1, '1:', 1, 1, 3, 'a', ? + k, 0, 0 FROM n`,
        )
        .run(atMs - 200_001);
      queue.ledger.statement(`INSERT INTO specs (seq, json) SELECT seq, '{}' FROM items`).run();
    });
    queue.recount();
    const waiting = 1_000;
    await on.activities.recordNodes({ nodes: [nodeView('a', { slots: 1 })] });
    await on.activities.enqueue({ items: Array.from({ length: waiting }, (_, k) => itemSpec(`new.${k}`)) });
    const remover = openOneLedger(on.folder, 'queue');
    // A writer that would have to wait for the lock fails at once.
    queue.ledger.statement('PRAGMA busy_timeout = 0').get();
    const left = (): number => queue.count('completed') + queue.count('dead');
    let [before, pauses, taken] = [left(), 0, 0];
    const pause = async (): Promise<void> => {
      pauses += 1;
      expect(before - left(), 'items removed by a transaction').toBeLessThanOrEqual(retentionLimits.removalRowsMax);
      for (const { job, node } of pauses % 10 === 0 ? (await on.activities.claim({ open: [] })).started : []) {
        await on.activities.closeJob({ job, node, outcome: completed });
        taken += 1;
      }
      before = left();
    };
    const newest = new Map<string, NewestTurn>();
    let removed = 0;
    for (let run = 1; run <= 3; run += 1) {
      const some = await removeItems(remover.ledger, { beforeMs: atMs, newest, pause });
      expect(some).toBeLessThanOrEqual(retentionLimits.removedPerRunMax + retentionLimits.removalRowsMax);
      removed += some;
    }
    remover.close();
    expect(removed).toBe(200_000);
    expect(pauses).toBeGreaterThanOrEqual(1_000);
    expect(taken, 'the tries that ran meanwhile').toBeGreaterThanOrEqual(90);
    expect(left(), 'the items that completed meanwhile stay').toBe(taken);
    expect(idsOf(on)).toHaveLength(waiting);
  }, 120_000);
});

describe('games', () => {
  const turns = (on: LedgerHarness): readonly number[] =>
    on.ledgers.games.ledger
      .statement<{ turn: number }>('SELECT DISTINCT turn FROM games ORDER BY turn')
      .all()
      .map(({ turn }) => turn);
  const files = (item: string): Record<string, string> => ({ [item]: gamesOf(Number(item.split('.')[1]), 0, 4) });

  /** Consolidates one item of four games in each of these turns. */
  async function played(on: LedgerHarness, last: number): Promise<Record<string, string>> {
    let all: Record<string, string> = {};
    for (let turn = 1; turn <= last; turn += 1) {
      const one = files(`cf.${turn}.self-play.0`);
      all = { ...all, ...one };
      await accept(on, 'a', one, { pipeline: 'cf', turn });
    }
    await on.activities.consolidate({ pipeline: 'cf', replicas: [replica(on, 'a', all)] });
    await reach(on, 'cf', last);
    return all;
  }

  it('of old turns are removed, the window of the next training stays, and the total of the pipeline counts all', async () => {
    const on = ledgerHarness();
    await played(on, 5);
    expect(await tidied(on, 89, { cf: 2 })).toMatchObject({ games: 0 });
    expect(await tidied(on, 91, { cf: 2 })).toMatchObject({ games: 12 });
    expect(turns(on)).toEqual([4, 5]);
    expect(on.ledgers.games.total('cf')).toBe(20);
    expect(await on.activities.exportTrainingSet({ pipeline: 'cf', turn: 5, windowTurns: 2 })).toMatchObject({ games: 8 });
    for (const table of ['read_files', 'game_turns'])
      expect(on.ledgers.games.ledger.statement(`SELECT * FROM ${table}`).all(), table).toHaveLength(2);
  });

  it('that were removed do not come back with the next consolidation, whether the queue still has their items or not', async () => {
    const on = ledgerHarness();
    const all = await played(on, 4);
    const facts = { state: on.folder, windowTurns: { cf: 1 }, nowMs: on.clock.nowMs + 50 * day };
    const again = async (): Promise<unknown> => on.activities.consolidate({ pipeline: 'cf', replicas: [replica(on, 'a', all)] });
    const short = { champions: 1, itemsMs: 60 * day, gamesMs: 40 * day };
    expect(await tidyGames({ ...facts, retention: short })).toBe(12);
    expect(await again()).toMatchObject({ added: 0, setAside: [] });
    expect(turns(on)).toEqual([4]);
    expect(await tidyItems({ ...facts, retention })).toBe(3);
    await tidyGames({ ...facts, retention: short });
    expect(on.ledgers.games.ledger.statement('SELECT name FROM read_files').all()).toEqual([{ name: 'cf.4.self-play.0.games.ndjson' }]);
    expect(await again()).toMatchObject({ added: 0, setAside: [] });
    expect(turns(on)).toEqual([4]);
  });

  it('of a turn are removed in transactions of bounded size, with the damaged files that were set aside', async () => {
    const on = ledgerHarness();
    const many = { 'cf.1.self-play.0': gamesOf(1, 0, 3 * retentionLimits.removalRowsMax + 1), 'cf.1.self-play.1': 'damaged\n' };
    await on.activities.consolidate({ pipeline: 'cf', replicas: [await acceptedReplica(on, 'a', many)] });
    expect(on.ledgers.games.setAsideCount('cf', 1, 1)).toBe(1);
    await reach(on, 'cf', 9);
    const facts = { state: on.folder, retention, windowTurns: { cf: 3 }, nowMs: on.clock.nowMs + 91 * day };
    await tidyItems(facts);
    const { ledger } = on.ledgers.games;
    const left = (): number => ledger.statement<{ games: number }>('SELECT count(*) AS games FROM games').get()?.games ?? 0;
    let before = left();
    const pause = async (): Promise<void> => {
      expect(before - left(), 'games removed by a transaction').toBeLessThanOrEqual(retentionLimits.removalRowsMax);
      before = left();
    };
    const newest = new Map([['cf', { pipeline: 'cf', turn: 9, windows: [3] }]]);
    expect(await removeGames(ledger, { beforeMs: facts.nowMs, newest, hasItem: () => false, pause })).toBe(3 * retentionLimits.removalRowsMax + 1);
    expect(on.ledgers.games.setAsideCount('cf', 1, 1)).toBe(0);
  });
});

it('nothing is removed with the age `none`, or when a ledger is missing', async () => {
  const on = ledgerHarness();
  await closed(on, ['x']);
  const facts = { state: on.folder, retention: { champions: 1 }, windowTurns: {}, nowMs: on.clock.nowMs + 9_999 * day };
  expect([await tidyItems(facts), await tidyGames(facts)]).toEqual([0, 0]);
  await expect(tidyItems({ ...facts, retention, state: stateFolder() })).rejects.toThrow('is not there');
});

it('a run of the duty takes its limits and windows from the running cluster', async () => {
  const on = ledgerHarness();
  on.clock.nowMs = Date.now() - 40 * day;
  for (let turn = 1; turn <= 3; turn += 1) await closed(on, [`cf.${turn}.self-play.0`], { pipeline: 'cf', turn });
  await reach(on, 'cf', 3);
  writeRunningCluster({
    config: { v: 1, cluster: 'x', state: on.folder, retention, pipelines: [{ name: 'cf', windowTurns: 2 }], nodes: [] },
    configEpoch: 1,
    temporalAddress: '127.0.0.1:1',
  } as unknown as RunningCluster);
  expect(await runTidy({ state: on.folder, part: 'items' })).toEqual({ removed: 0, bytes: 0, items: 1 });
  expect(idsOf(on)).toEqual(['cf.2.self-play.0', 'cf.3.self-play.0']);
  expect(await runTidy({ state: on.folder, part: 'games' })).toEqual({ removed: 0, bytes: 0, games: 0 });
  expect(await runTidy({ state: on.folder, part: 'files' })).toEqual({ removed: 0, bytes: 0 });
});
