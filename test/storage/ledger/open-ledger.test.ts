import Database from 'better-sqlite3';
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ledgerPaths } from '../../../src/storage/ledger/ledger-paths.ts';
import { openLedgers } from '../../../src/storage/ledger/ledgers.ts';
import { openLedger, type LedgerSchema } from '../../../src/storage/ledger/open-ledger.ts';
import { ledgerRegistry } from '../../../src/storage/ledger/registry.ts';
import type { RingmasterError } from '../../../src/domain/failure/error.ts';
import { itemSpec } from '../../support/item-spec.ts';
import { failureOf, ledgerHarness, stateFolder } from '../state-folder.ts';
import { sentenceOf } from '../../../src/domain/failure/sentence.ts';

const sentence = /^Cannot .+ because .+; try .+/;
const specs = (count: number) => Array.from({ length: count }, (_, k) => itemSpec(`cf.1.self-play.${k}`, { request: { text: 'x'.repeat(2000) } }));

const openQueue = (file: string) => ledgerRegistry.queue.open(openLedger(file, ledgerRegistry.queue.schema));

/** Creates a file with some content, and closes the file. No write-ahead log remains. */
function filled(folder: string): string {
  const file = ledgerPaths(folder).queue;
  const queue = openQueue(file);
  queue.enqueue(specs(200), 1);
  queue.close();
  return file;
}

it('creates every file where the runbooks look for it', () => {
  const folder = stateFolder();
  openLedgers(folder).close();
  for (const path of [
    'data/work_queue.db',
    'data/sync_history.db',
    'data/coordination/resource_state.db',
    'data/coordination/tasks.db',
    'data/elo.db',
    'data/games/selfplay.db',
  ]) {
    expect(readFileSync(join(folder, path)).subarray(0, 15).toString()).toBe('SQLite format 3');
  }
});

it('syncs can be read with the command of the runbook', async () => {
  const { activities, folder } = ledgerHarness();
  const sync = { dataset: 'games-cf', source: 'a', target: 'home', digest: 'd', files: 1, bytes: 2, durationMs: 3.4, method: 'rsync' };
  await activities.recordSync({ ...sync, key: 'one' });
  await activities.recordSync({ ...sync, key: 'two' });
  await activities.recordSync({ ...sync, key: 'two', bytes: 99 });
  const db = new Database(join(folder, 'data/sync_history.db'), { readonly: true });
  const rows = db.prepare('SELECT * FROM syncs ORDER BY timestamp DESC LIMIT 10').all() as { readonly timestamp: string; readonly bytes: number }[];
  db.close();
  expect(rows.map(({ bytes }) => bytes)).toEqual([2, 2]);
  expect(rows[0]?.timestamp).toMatch(/^2023-11-14T22:13:20\.\d{3}Z$/);
});

it('a newer schema is refused and left alone', async () => {
  const file = filled(stateFolder());
  const db = new Database(file);
  db.pragma('user_version = 99');
  db.close();
  const failure = await failureOf('ledger.newer-schema', () => openQueue(file));
  expect(sentenceOf(failure)).toMatch(sentence);
  expect(failure.fields).toMatchObject({ version: 99, known: ledgerRegistry.queue.schema.migrations.length });
});

it('damaged pages are found on open', async () => {
  const file = filled(stateFolder());
  const handle = openSync(file, 'r+');
  for (let page = 3; page < 30; page += 1) writeSync(handle, Buffer.alloc(2048, 0xa5), 0, 2048, page * 4096);
  closeSync(handle);
  expect(sentenceOf(await failureOf('ledger.corrupt', () => openQueue(file)))).toMatch(sentence);
});

it('a file that is not a SQLite file is found on open', async () => {
  const file = filled(stateFolder());
  writeFileSync(file, 'not a database, whatever its name says. '.repeat(200));
  expect(sentenceOf(await failureOf('ledger.corrupt', () => openQueue(file)))).toMatch(sentence);
});

it('a big file is checked in the background', async () => {
  const file = filled(stateFolder());
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(2048, 0xa5), 0, 2048, 40 * 4096);
  closeSync(handle);
  const schema: LedgerSchema = { ...ledgerRegistry.queue.schema, name: 'big file' };
  const found = await new Promise<RingmasterError>((resolve) => {
    const ledger = openLedger(file, schema, { checkOnOpenBytesMax: 4096, onCorrupt: resolve });
    ledger.close();
  });
  expect(found.code).toBe('ledger.corrupt');
});

it('a locked file is ledger.busy after the wait, and works when the lock is gone', async () => {
  const { ledgers, folder } = ledgerHarness({ busyTimeoutMs: 50 });
  const other = new Database(ledgerPaths(folder).queue);
  other.exec('BEGIN IMMEDIATE');
  expect(sentenceOf(await failureOf('ledger.busy', () => ledgers.queue.enqueue(specs(1), 1)))).toMatch(sentence);
  other.exec('ROLLBACK');
  other.close();
  expect(ledgers.queue.enqueue(specs(1), 1)).toBe(1);
});

it('a full disk is ledger.disk-full, leaves nothing half-written, and reads still work', async () => {
  const { ledgers } = ledgerHarness({ pagesMax: 60 });
  expect(sentenceOf(await failureOf('ledger.disk-full', () => ledgers.queue.enqueue(specs(500), 1)))).toMatch(sentence);
  expect(ledgers.queue.count('pending')).toBe(0);
  expect(ledgers.queue.row('cf.1.self-play.0')).toBeUndefined();
  expect(ledgers.queue.enqueue(specs(3), 1)).toBe(3);
});

it('a defect inside a transaction rolls it back and stays a defect', () => {
  const { ledgers } = ledgerHarness();
  expect(() =>
    ledgers.queue.ledger.write('try', () => {
      ledgers.queue.enqueue(specs(1), 1);
      throw new TypeError('ours');
    }),
  ).toThrow(TypeError);
  expect(ledgers.queue.row('cf.1.self-play.0')).toBeUndefined();
});

it('migrates step by step, all or nothing', async () => {
  const file = join(stateFolder(), 'x.db');
  openLedger(file, { name: 'x', migrations: ['CREATE TABLE a (n)'] }).close();
  await expect(
    (async () => openLedger(file, { name: 'x', migrations: ['CREATE TABLE a (n)', 'CREATE TABLE b (n); INSERT INTO nowhere VALUES (1)'] }))(),
  ).rejects.toThrow('nowhere');
  const ledger = openLedger(file, { name: 'x', migrations: ['CREATE TABLE a (n)', 'CREATE TABLE b (n)', 'CREATE TABLE c (n)'] });
  expect(
    ledger
      .statement<{ name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)
      .all()
      .map(({ name }) => name),
  ).toEqual(['a', 'b', 'c']);
  ledger.close();
});
