import Database from 'better-sqlite3';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { statePaths } from '../../../src/domain/cluster/state-paths.ts';
import { backUpLedgers } from '../../../src/storage/backup/back-up-ledgers.ts';
import { backupPath, listBackups, readLastRun, withBackupLock } from '../../../src/storage/backup/backup-folder.ts';
import { checkLedgers, ledgersView } from '../../../src/storage/backup/ledgers-view.ts';
import { ledgerPaths } from '../../../src/storage/ledger/ledger-paths.ts';
import { openOneLedger } from '../../../src/storage/ledger/ledgers.ts';
import { ledgerRegistry } from '../../../src/storage/ledger/registry.ts';
import { itemSpec } from '../../support/item-spec.ts';
import { failureOf, ledgerHarness } from '../state-folder.ts';

const keys = Object.keys(ledgerRegistry);

/** Changes the clock by an hour at each call, so that each backup has a time of its own. */
function hourly(): () => number {
  let hours = 0;
  return () => 1_700_000_000_000 + (hours += 1) * 3_600_000;
}

test('a backup has a verified copy of every ledger, made while the ledgers are written', async () => {
  const { folder, ledgers } = ledgerHarness();
  openOneLedger(folder, 'events').close();
  const add = (from: number, count: number): number =>
    ledgers.queue.enqueue(
      Array.from({ length: count }, (_, k) => itemSpec(`item-${from + k}`)),
      1,
    );
  add(0, 5_000);
  const during = (async () => {
    for (let at = 0; at < 40; at += 1) {
      add(10_000 + at * 10, 10);
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  const made = await backUpLedgers({ state: folder, keep: 3 });
  await during;
  expect(made.files.map(({ ledger }) => ledger)).toEqual(keys);
  const queue = made.files.find(({ ledger }) => ledger === 'queue');
  const copy = new Database(join(backupPath(folder, made.id), basename(ledgerPaths(folder).queue)), { readonly: true });
  expect(copy.prepare('SELECT count(*) AS n FROM items').get()).toEqual({ n: queue?.rows['items'] });
  copy.close();
  expect(queue?.rows['items']).toBeGreaterThanOrEqual(5_000);
  // Nothing but the copies and the manifest: a copy needs no write-ahead log, and only its owner may read it.
  expect(readdirSync(backupPath(folder, made.id)).toSorted()).toEqual([...made.files.map(({ file }) => file), 'manifest.json'].toSorted());
  expect(statSync(statePaths(folder).backups).mode & 0o077).toBe(0);
  const checks = await checkLedgers(folder, keys, true);
  expect(checks).toHaveLength(2 * keys.length);
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(ledgersView(folder, { keep: 3 }, made.atMs).ledgers.map(({ newest }) => newest?.id)).toEqual(keys.map(() => made.id));
});

test('the newest backups are kept, by their number and not by the clock', async () => {
  const { folder } = ledgerHarness();
  let atMs = 1_700_000_000_000;
  const ids: string[] = [];
  for (let run = 0; run < 4; run += 1) {
    ids.push((await backUpLedgers({ state: folder, keep: 2, now: () => atMs })).id);
    atMs -= 86_400_000;
  }
  expect(listBackups(folder).map(({ id }) => id)).toEqual([ids[3], ids[2]]);
});

test('a damaged ledger is never copied over good backups, and the failed run is recorded', async () => {
  const { folder, ledgers } = ledgerHarness();
  const now = hourly();
  ledgers.queue.enqueue(
    Array.from({ length: 2_000 }, (_, k) => itemSpec(`item-${k}`)),
    1,
  );
  const good = await backUpLedgers({ state: folder, keep: 1, now });
  const { queue } = ledgerPaths(folder);
  ledgers.queue.ledger.statement('PRAGMA wal_checkpoint(TRUNCATE)').all();
  truncateSync(queue, Math.floor(statSync(queue).size / 2 / 4096) * 4096);
  await failureOf('ledger.corrupt', () => backUpLedgers({ state: folder, keep: 1, now }));
  expect(listBackups(folder).map(({ id }) => id)).toEqual([good.id]);
  expect(readLastRun(folder)).toMatchObject({ type: 'failed', because: expect.stringContaining(queue) });
  expect(readdirSync(statePaths(folder).backups).filter((name) => name.startsWith('.incoming-'))).toEqual([]);
});

test('a damaged event log keeps no other ledger from its backup, and the newest copy of the log stays', async () => {
  const { folder } = ledgerHarness();
  const now = hourly();
  openOneLedger(folder, 'events').close();
  const good = await backUpLedgers({ state: folder, keep: 1, now, isWhole: true });
  writeFileSync(ledgerPaths(folder).events, 'this is no database. '.repeat(500));
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const [, second] = [
    await backUpLedgers({ state: folder, keep: 1, now, isWhole: true }),
    await backUpLedgers({ state: folder, keep: 1, now, isWhole: true }),
  ];
  expect(said).toHaveBeenCalledWith(expect.stringMatching(/ERROR backup: the backup has no copy of ledger events: /));
  said.mockRestore();
  expect(second.files.map(({ ledger }) => ledger)).toEqual(good.files.map(({ ledger }) => ledger).filter((ledger) => ledger !== 'events'));
  expect(readdirSync(backupPath(folder, second.id)).filter((name) => name.startsWith('events'))).toEqual([]);
  expect(listBackups(folder).map(({ id }) => id)).toEqual([second.id, good.id]);
  rmSync(ledgerPaths(folder).events);
  openOneLedger(folder, 'events').close();
  const third = await backUpLedgers({ state: folder, keep: 1, now, isWhole: true });
  expect(listBackups(folder).map(({ id }) => id)).toEqual([third.id]);
});

test('the event log is in one backup a day, and in each that an operator makes', async () => {
  const { folder } = ledgerHarness();
  openOneLedger(folder, 'events').close();
  let atMs = 1_700_000_000_000;
  const hasLog = async (isWhole = false): Promise<boolean> => {
    atMs += 3 * 3_600_000;
    const { files } = await backUpLedgers({ state: folder, keep: 4, now: () => atMs, isWhole });
    return files.some(({ ledger }) => ledger === 'events');
  };
  const runs: boolean[] = [];
  for (let run = 0; run < 10; run += 1) runs.push(await hasLog());
  expect(runs).toEqual([true, ...Array.from({ length: 7 }, () => false), true, false]);
  expect(await hasLog(true)).toBe(true);
  expect(listBackups(folder).length).toBeLessThanOrEqual(5);
});

test('a backup that would fill the disk is refused, and the refusal is recorded', async () => {
  const { folder } = ledgerHarness();
  const { hint } = await failureOf('ledger.disk-full', () => backUpLedgers({ state: folder, keep: 3, freeBytes: () => 400 * 1024 * 1024 }));
  expect(hint?.say).toContain('backups.keep');
  expect(listBackups(folder)).toEqual([]);
  expect(readLastRun(folder)?.type).toBe('failed');
});

test('one run works at a time, and a killed run leaves nothing behind', async () => {
  const { folder } = ledgerHarness();
  const { backups } = statePaths(folder);
  mkdirSync(join(backups, '.incoming-000007-20260101T000000Z'), { recursive: true });
  await withBackupLock(folder, () => failureOf('ledger.busy', () => backUpLedgers({ state: folder, keep: 3 })));
  const made = await backUpLedgers({ state: folder, keep: 3 });
  expect(existsSync(join(backups, '.incoming-000007-20260101T000000Z'))).toBe(false);
  writeFileSync(join(backupPath(folder, made.id), 'manifest.json'), '{');
  expect(listBackups(folder)).toEqual([]);
  // The number of a folder that is no backup is not used again.
  expect((await backUpLedgers({ state: folder, keep: 3 })).number).toBeGreaterThan(made.number);
});

test('a copy that was changed after it was made is reported', async () => {
  const { folder } = ledgerHarness();
  const made = await backUpLedgers({ state: folder, keep: 3 });
  const file = join(backupPath(folder, made.id), basename(ledgerPaths(folder).ratings));
  const bytes = readFileSync(file);
  bytes[bytes.length - 1] = 1 ^ (bytes.at(-1) ?? 0);
  writeFileSync(file, bytes);
  expect((await checkLedgers(folder, ['ratings'], true)).filter(({ ok }) => !ok)).toMatchObject([{ ledger: 'ratings', backup: made.id }]);
});
