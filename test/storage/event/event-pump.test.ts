/** Tests that no event is lost and none is stored twice, whatever happens to the file of the event log. */
import Database from 'better-sqlite3';
import { rmSync, truncateSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { publish } from '../../../src/storage/event/publish.ts';
import { ledgerPaths } from '../../../src/storage/ledger/ledger-paths.ts';
import { ledgerRegistry } from '../../../src/storage/ledger/registry.ts';
import { openLedger } from '../../../src/storage/ledger/open-ledger.ts';
import { ledgerHarness, type LedgerHarness, stateFolder } from '../state-folder.ts';
import { logFaults } from './log-faults.ts';
import { pumpOf, readerOf, typesOf } from './pumped.ts';

/** Publishes an event about a node, and returns the evidence that names it. */
function note({ ledgers, clock }: LedgerHarness, k: number): string {
  const evidence = `number ${k}`;
  publish(ledgers.resources.ledger, 'NODE_SUSPECT', { node: 'a', to: 'suspect', evidence }, { atMs: clock.nowMs + k, actor: 'test' });
  return evidence;
}
const seen = (on: LedgerHarness): readonly unknown[] =>
  readerOf(on)
    .events({ limit: 1_000 })
    .events.map(({ payload }) => payload['evidence']);
const fileOf = ({ folder }: LedgerHarness): string => ledgerPaths(folder).events;

describe('the events wait while the log is', () => {
  test.each(Object.entries(logFaults))('%s, and go on when it is cured', (_name, { code, break: breakIt }) => {
    const on = ledgerHarness();
    const pump = pumpOf(on);
    const first = note(on, 1);
    expect(pump.step()).toBe(false);
    // A file that is copied must hold all its pages.
    const checkpoint = new Database(fileOf(on));
    checkpoint.pragma('wal_checkpoint(TRUNCATE)');
    checkpoint.close();
    pump.close();
    const cure = breakIt(fileOf(on));
    const second = note(on, 2);
    expect(pump.step()).toMatchObject({ code });
    const { waiting } = readWaiting(on);
    expect(waiting).toBe(1);
    expect(on.ledgers.resources.ledger.statement('SELECT failure FROM event_log_failure').all()).toHaveLength(1);
    cure();
    expect(pump.step()).toBe(false);
    expect(seen(on)).toEqual([first, second]);
    expect(on.ledgers.resources.ledger.statement('SELECT failure FROM event_log_failure').all()).toEqual([]);
  });

  test('full', () => {
    const on = ledgerHarness();
    const pump = pumpOf(on);
    note(on, 0);
    pump.step();
    const { path, schema, limits } = ledgerRegistry.events;
    expect(path).toContain('events.db');
    const full = openLedger(fileOf(on), schema, { ...limits, pagesMax: 1 });
    // SQLite takes the present size as the least limit, so the file is full now.
    const log = ledgerRegistry.events.open(full);
    const events = Array.from({ length: 400 }, (_, k) => ({
      id: `id-${k}`,
      type: 'NODE_SUSPECT' as const,
      version: 1,
      atMs: k,
      about: [] as const,
      actor: 'test',
      payload: { node: 'a', to: 'suspect', evidence: 'x'.repeat(500) },
    }));
    expect(() => log.append(events, { ageMs: 1e12, eventsMax: 1_000 }, 1)).toThrow(expect.objectContaining({ code: 'ledger.disk-full' }) as Error);
    log.close();
    note(on, 1);
    expect(pump.step()).toBe(false);
    expect(seen(on), 'a refused append leaves nothing behind').toEqual(['number 0', 'number 1']);
  });

  test('removed, and a new one begins', () => {
    const on = ledgerHarness();
    const pump = pumpOf(on);
    note(on, 1);
    pump.step();
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${fileOf(on)}${suffix}`, { force: true });
    note(on, 2);
    expect(pump.step()).toBe(false);
    expect(seen(on)).toEqual(['number 2']);
  });

  test('cut short', () => {
    const on = ledgerHarness();
    const pump = pumpOf(on);
    note(on, 1);
    pump.step();
    pump.close();
    truncateSync(fileOf(on), 5_000);
    note(on, 2);
    expect(pump.step()).toMatchObject({ code: 'ledger.corrupt' });
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${fileOf(on)}${suffix}`, { force: true });
    expect(pump.step()).toBe(false);
    expect(seen(on)).toEqual(['number 2']);
  });
});

function readWaiting(on: LedgerHarness): { readonly waiting: number } {
  const found = on.ledgers.resources.ledger.statement<{ waiting: number }>('SELECT count(*) AS waiting FROM outbox').get();
  return { waiting: found?.waiting ?? 0 };
}

test('an outbox that is full takes no event, never stops the change, and the log says how many are missing', () => {
  const on = ledgerHarness();
  const { ledger } = on.ledgers.resources;
  note(on, 1);
  // The rows of an outbox have consecutive numbers. A row with a great number stands for the rows between.
  ledger.statement(`INSERT INTO outbox (seq, event) SELECT 100_000, event FROM outbox WHERE seq = 1`).run();
  for (const k of [2, 3, 4]) note(on, k);
  expect(readWaiting(on).waiting).toBe(2);
  const pump = pumpOf(on);
  pump.step();
  pump.step();
  const { events } = readerOf(on).events({});
  expect(typesOf(events)).toEqual(['NODE_SUSPECT', 'EVENTS_LOST']);
  expect(events[1]?.payload).toMatchObject({ ledger: 'resources', count: 3 });
});

test('an event of an unknown type, or with another payload, is kept as a refused event', () => {
  const on = ledgerHarness();
  const put = on.ledgers.queue.ledger.statement('INSERT INTO outbox (event) VALUES (?)');
  const event = { id: 'a', type: 'NODE_LOST', version: 1, atMs: on.clock.nowMs, about: ['node:a'], actor: 'test', payload: { node: 7 } };
  put.run(JSON.stringify(event));
  put.run(JSON.stringify({ ...event, id: 'b', type: 'NO_SUCH_TYPE' }));
  expect(pumpOf(on).step()).toBe(false);
  const { events } = readerOf(on).events({});
  expect(typesOf(events)).toEqual(['EVENT_REFUSED', 'EVENT_REFUSED']);
  expect(events[0]?.text).toMatch(/^an event of type NODE_LOST was not recorded as it was, because it does not fit its type \(node: /);
  expect(events[1]?.text).toContain('there is no such type');
});

test('the files of an older release get their outboxes', () => {
  const folder = stateFolder();
  for (const key of ['queue', 'resources', 'ratings', 'syncs'] as const) {
    const { path, schema, limits } = ledgerRegistry[key];
    openLedger(`${folder}/${path}`, { ...schema, migrations: schema.migrations.slice(0, -1) }, limits).close();
  }
  const on = ledgerHarness({ folder });
  note(on, 1);
  pumpOf(on).step();
  expect(seen(on)).toEqual(['number 1']);
});
