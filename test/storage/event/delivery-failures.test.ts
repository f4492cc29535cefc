/** Tests that no event is lost and none takes effect twice, whatever happens to the file of the event log while events are delivered. */
import Database from 'better-sqlite3';
import { copyFileSync, rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import type { LedgerFileLimits } from '../../../src/storage/limits.ts';
import type { Statement } from '../../../src/storage/ledger/open-ledger.ts';
import { ledgerPaths } from '../../../src/storage/ledger/ledger-paths.ts';
import { eventually } from '../../support/eventually.ts';
import { ledgerHarness, type LedgerHarness } from '../state-folder.ts';
import { delivering, evidenceOf, type Delivering } from './delivering.ts';
import { logFaults } from './log-faults.ts';
import { readerOf, typesOf } from './pumped.ts';

const fileOf = ({ folder }: LedgerHarness): string => ledgerPaths(folder).events;

/** Returns a subscriber whose effects have the keys of their events. */
function withEffects(on: LedgerHarness, fileLimits: Partial<LedgerFileLimits> = {}): { readonly to: Delivering; readonly effects: Set<string> } {
  const effects = new Set<string>();
  const to = delivering(
    on,
    async (events) => {
      for (const evidence of evidenceOf(events)) effects.add(evidence);
    },
    { fileLimits },
  );
  return { to, effects };
}

/** Adds rows until the file takes no further one. */
function fill(statement: Statement, size: number): never {
  for (let k = 0; ; k += 1) statement.run(`${'x'.repeat(size)} ${size} ${k}`, 'x');
}

/** Brings all pages from the write-ahead log into the file, so that the file can be copied. */
function settle(on: LedgerHarness): void {
  const db = new Database(fileOf(on));
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

describe('delivery rests while the log is', () => {
  test.each(Object.entries(logFaults))('%s, and goes on by itself when it is cured', async (_name, { code, break: breakIt }) => {
    const on = ledgerHarness();
    const { to, effects } = withEffects(on);
    to.note('a');
    await to.step();
    to.note('b');
    to.door.close();
    settle(on);
    const cure = breakIt(fileOf(on));
    const third = to.note('c');
    expect(await to.step()).toMatchObject({ rests: true });
    expect(to.run.failure).toMatchObject({ code });
    cure();
    to.note('d');
    await to.step();
    expect([...effects]).toEqual(['number 1', 'number 2', third, 'number 4']);
    expect(to.view()).toMatchObject({ lag: 0, retried: 0, dead: 0, delivered: 4 });
    expect(to.run.failure).toBeUndefined();
  });

  test('full: the effect repeats under its key, and is counted once', async () => {
    const on = ledgerHarness();
    const fileLimits: { pagesMax: number } = { pagesMax: 1_000_000 };
    const { to, effects } = withEffects(on, fileLimits);
    to.note('a');
    to.door.close();
    settle(on);
    // SQLite takes the present size as the least limit, so the file is full. A retried event needs a page, and a moved cursor does not.
    fileLimits.pagesMax = 1;
    to.door.use(({ log }) => {
      const filler = log.ledger.statement('INSERT INTO delivered VALUES (?, ?, 1, 1)');
      for (const size of [500, 50, 5, 0]) expect(() => fill(filler, size)).toThrow('full');
    });
    expect(await to.step()).toMatchObject({ rests: true });
    expect(to.run.failure).toMatchObject({ code: 'ledger.disk-full' });
    fileLimits.pagesMax = 1_000_000;
    to.door.close();
    await to.step();
    expect([...effects]).toEqual(['number 1']);
    expect(to.view()).toMatchObject({ lag: 0, delivered: 1 });
  });
});

test('a restored file brings its cursor, and its events are delivered again from there', async () => {
  const on = ledgerHarness();
  const { to, effects } = withEffects(on);
  to.note('a');
  await to.step();
  to.door.close();
  settle(on);
  copyFileSync(fileOf(on), `${fileOf(on)}.kept`);
  to.note('b');
  await to.step();
  to.door.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${fileOf(on)}${suffix}`, { force: true });
  copyFileSync(`${fileOf(on)}.kept`, fileOf(on));
  to.note('c');
  await to.step();
  expect([...effects]).toEqual(['number 1', 'number 2', 'number 3']);
  expect(to.view()).toMatchObject({ position: 2, lag: 0 });
});

test('a file that was removed while the delivery runs is made again, and the waiting events are delivered', async () => {
  const on = ledgerHarness();
  const { to, effects } = withEffects(on);
  const stop = to.start();
  to.note('a');
  await eventually('the first event', () => effects.size === 1);
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${fileOf(on)}${suffix}`, { force: true });
  to.note('b');
  await eventually('the second event', () => effects.size === 2);
  expect((await stop()).subscribers).toMatchObject([{ done: 2, failed: 0 }]);
  expect(
    readerOf(on)
      .events({})
      .events.map(({ payload }) => payload['evidence']),
  ).toEqual(['number 2']);
});

describe('retention', () => {
  test('by number passes the cursor of a slow subscriber, and says how many events it did not get, once a minute', async () => {
    const on = ledgerHarness();
    const got: string[] = [];
    const to = delivering(on, async (events) => void got.push(...evidenceOf(events)), { retention: { ageMs: 1e12, eventsMax: 30 } });
    for (let k = 1; k <= 40; k += 1) {
      on.clock.nowMs += 100;
      to.note('a');
    }
    expect(to.view()).toMatchObject({ skippedAtMs: on.clock.nowMs });
    const said = readerOf(on).events({ type: 'EVENTS_SKIPPED' }).events;
    expect(said).toHaveLength(1);
    expect(said[0]?.text).toBe('test did not get 1 event: the log or its dead letters were over their limit');
    await to.step();
    while (to.view().lag > 0) await to.step();
    expect(got.at(-1)).toBe('number 40');
    const { skipped } = to.view();
    expect(got.length + skipped).toBe(40);
    on.clock.nowMs += 61_000;
    to.note('a');
    const later = readerOf(on).events({ type: 'EVENTS_SKIPPED' }).events;
    expect(later.at(-1)?.payload).toMatchObject({ subscriber: 'test', count: skipped - 1 });
    expect(readerOf(on).eventLogLook().subscribers).toEqual([expect.objectContaining({ skipped, skippedAgoMs: expect.any(Number) as number })]);
  });

  test('by age waits for the slowest subscriber', async () => {
    const on = ledgerHarness();
    const to = delivering(on, async () => undefined, { retention: { ageMs: 1_000, eventsMax: 1_000 } });
    to.note('a');
    on.clock.nowMs += 60_000;
    to.note('b');
    expect(typesOf(readerOf(on).events({}).events)).toEqual(['NODE_SUSPECT', 'NODE_SUSPECT']);
    await to.step();
    on.clock.nowMs += 60_000;
    to.note('c');
    expect(
      readerOf(on)
        .events({})
        .events.map(({ payload }) => payload['evidence']),
    ).toEqual(['number 3']);
    expect(to.view()).toMatchObject({ skipped: 0, lag: 1 });
  });

  test('by age takes the events before the cursor, and keeps those behind it', async () => {
    const on = ledgerHarness();
    const closed = new RingmasterError('server.unavailable', { cannot: 'signal', because: 'the server is away', hint: { say: 'waiting' } });
    const to = delivering(
      on,
      async ([event]) => {
        if (event?.payload.evidence === 'number 2') throw closed;
      },
      { retention: { ageMs: 1_000, eventsMax: 1_000 } },
    );
    to.note('a');
    to.note('b');
    await to.step();
    on.clock.nowMs += 60_000;
    to.note('c');
    expect(
      readerOf(on)
        .events({})
        .events.map(({ payload }) => payload['evidence']),
    ).toEqual(['number 2', 'number 3']);
  });

  test('by age no longer waits for a subscriber that left the table', async () => {
    const on = ledgerHarness();
    const retention = { ageMs: 1_000, eventsMax: 1_000 };
    const left = delivering(on, async () => undefined, { retention, subscriber: 'left' });
    left.note('a');
    left.door.close();
    const to = delivering(on, async () => undefined, { retention });
    to.note('b', 2);
    await to.step();
    on.clock.nowMs += 60_000;
    to.note('c', 3);
    expect(
      readerOf(on)
        .events({})
        .events.map(({ payload }) => payload['evidence']),
    ).toEqual(['number 3']);
  });

  test('does not take a retried event or a dead letter away', async () => {
    const on = ledgerHarness();
    let isBroken = true;
    const got: string[] = [];
    const to = delivering(
      on,
      async (events) => {
        if (isBroken) throw new Error('it broke');
        got.push(...evidenceOf(events));
      },
      { retention: { ageMs: 1e12, eventsMax: 3 } },
    );
    to.note('a');
    await to.step();
    for (let k = 0; k < 200; k += 1) to.note('b');
    isBroken = false;
    on.clock.nowMs += 10_000;
    await to.step();
    expect(got[0]).toBe('number 1');
  });
});

test('a subscriber keeps a bounded number of dead letters, and the oldest goes first', async () => {
  const on = ledgerHarness();
  const to = delivering(
    on,
    async () => {
      throw new Error('it broke');
    },
    { limits: { triesMax: 1, pauseMs: 1, pauseMsMax: 1, handlerMsMax: 1_000 } },
  );
  for (let k = 1; k <= 1_010; k += 1) to.note(`node-${k}`);
  while (to.view().lag > 0) await to.step();
  expect(to.view()).toMatchObject({ dead: 1_000, skipped: 10 });
  const letters = readerOf(on).deadLetters({ limit: 1_000 });
  expect(letters.map(({ event }) => event.payload['evidence'])).not.toContain('number 10');
});

test('a subscriber with too many retried events gets no new ones until some are done', async () => {
  const on = ledgerHarness();
  let isBroken = true;
  const to = delivering(on, async () => {
    if (isBroken) throw new Error('it broke');
  });
  for (let k = 1; k <= 1_700; k += 1) to.note('a');
  for (let k = 0; k < 20; k += 1) await to.step();
  const { retried, lag } = to.view();
  expect(retried).toBeGreaterThanOrEqual(1_000);
  expect(retried + lag).toBe(1_700);
  expect(lag).toBeGreaterThan(0);
  isBroken = false;
  on.clock.nowMs += 10_000;
  while (to.view().delivered < 1_700) await to.step();
  expect(to.view()).toMatchObject({ retried: 0, lag: 0, dead: 0 });
}, 240_000);
