import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { statePaths } from '../../../src/domain/cluster/state-paths.ts';
import type { ItemId, NodeId } from '../../../src/domain/ids.ts';
import { backUpLedgers } from '../../../src/storage/backup/back-up-ledgers.ts';
import { restoreLedgers } from '../../../src/storage/backup/restore-ledgers.ts';
import { refuseMissingLedger } from '../../../src/storage/backup/refuse-missing-ledger.ts';
import { beginRestoring, refuseUnfinishedRestore } from '../../../src/storage/backup/restoring.ts';
import { openOneLedger } from '../../../src/storage/ledger/ledgers.ts';
import { ledgerPaths } from '../../../src/storage/ledger/ledger-paths.ts';
import { nodeView, itemSpec } from '../../support/item-spec.ts';
import { failureOf, ledgerHarness, stateFolder, type LedgerHarness } from '../state-folder.ts';

const failed = {
  type: 'failed',
  failure: { code: 'job.killed', class: 'node-fault', message: 'Cannot go on', fields: {}, chain: [] },
} as const;
const completed = { type: 'completed', result: {}, files: [] } as const;

async function claimOne({ activities }: LedgerHarness): Promise<{ item: ItemId; epoch: number; node: NodeId }> {
  const { started } = await activities.claim({ open: [] });
  const [first] = started;
  if (first === undefined) return expect.fail('nothing was claimed');
  return { ...first.job, node: first.node };
}

/** Runs a try of the only item to its failure, and returns the epoch of the try. */
async function tryOnce(on: LedgerHarness): Promise<number> {
  const { item, epoch, node } = await claimOne(on);
  await on.activities.closeJob({ job: { item, epoch }, node, outcome: failed });
  return epoch;
}

/** Returns a cluster that had two tries of item `x` before a backup and `later` tries afterwards. The ledgers are closed. */
async function backedUp(later: number): Promise<{ readonly folder: string; readonly lastEpoch: number; readonly backup: string }> {
  const folder = stateFolder();
  const on = ledgerHarness({ folder });
  await on.activities.recordNodes({ nodes: [nodeView('a', { slots: 1 })] });
  await on.activities.enqueue({ items: [itemSpec('x', { attemptsMax: 90, slots: 1, labels: [] })] });
  await tryOnce(on);
  await tryOnce(on);
  const { id } = await backUpLedgers({ state: folder, keep: 3, now: () => Date.now() - 60_000 });
  let lastEpoch = 2;
  for (let run = 0; run < later; run += 1) lastEpoch = await tryOnce(on);
  on.ledgers.close();
  return { folder, lastEpoch, backup: id };
}

test('the log of events goes on through a restore, and comes back when it is named or gone', async () => {
  const folder = stateFolder();
  ledgerHarness({ folder }).ledgers.close();
  openOneLedger(folder, 'events').close();
  await backUpLedgers({ state: folder, keep: 3, now: () => Date.now() - 60_000 });
  const report = await restoreLedgers({ state: folder });
  expect(report).toMatchObject({ ledgers: expect.arrayContaining(['queue', 'games']), warnings: [] });
  expect(report.ledgers).not.toContain('events');
  expect((await restoreLedgers({ state: folder, only: ['events'] })).ledgers).toEqual(['events']);
  rmSync(ledgerPaths(folder).events);
  expect((await restoreLedgers({ state: folder })).ledgers).toContain('events');
  expect(existsSync(ledgerPaths(folder).events)).toBe(true);
});

test('the log of events comes from the newest backup that has it', async () => {
  const folder = stateFolder();
  ledgerHarness({ folder }).ledgers.close();
  openOneLedger(folder, 'events').close();
  const first = await backUpLedgers({ state: folder, keep: 3, now: () => Date.now() - 7_200_000 });
  const second = await backUpLedgers({ state: folder, keep: 3, now: () => Date.now() - 3_600_000 });
  expect(second.files.map(({ ledger }) => ledger)).not.toContain('events');
  expect(await restoreLedgers({ state: folder, only: ['events'] })).toMatchObject({ backup: first.id, ledgers: ['events'] });
  rmSync(ledgerPaths(folder).events);
  expect(await restoreLedgers({ state: folder })).toMatchObject({
    backup: second.id,
    ledgers: expect.arrayContaining(['queue', 'events']) as unknown,
  });
  expect(existsSync(ledgerPaths(folder).events)).toBe(true);
});

test('after a restore every epoch is new, and the result of a try from before the restore is refused', async () => {
  const { folder, lastEpoch, backup } = await backedUp(5);
  const report = await restoreLedgers({ state: folder });
  expect(report).toMatchObject({ backup, ledgers: expect.arrayContaining(['queue', 'tasks', 'games', 'ratings']), warnings: [] });
  const on = ledgerHarness({ folder });
  const { item, epoch, node } = await claimOne(on);
  expect(epoch).toBeGreaterThan(lastEpoch);
  // The late result of the newest try before the restore arrives now. It must not complete the item.
  expect(await on.activities.closeJob({ job: { item, epoch: lastEpoch }, node, outcome: completed })).toEqual({ accepted: false });
  expect(await on.activities.closeJob({ job: { item, epoch: 3 }, node, outcome: completed })).toEqual({ accepted: false });
  expect(await on.activities.closeJob({ job: { item, epoch }, node, outcome: completed })).toEqual({ accepted: true });
});

test('an item that was enqueued after the backup gets new epochs too when it is enqueued again', async () => {
  const { folder } = await backedUp(0);
  const before = ledgerHarness({ folder });
  await before.activities.enqueue({ items: [itemSpec('y', { priority: 90, slots: 1, labels: [], attemptsMax: 90 })] });
  const old = await claimOne(before);
  expect(old).toMatchObject({ item: 'y', epoch: 1 });
  before.ledgers.close();
  await restoreLedgers({ state: folder });
  const after = ledgerHarness({ folder });
  await after.activities.enqueue({ items: [itemSpec('y', { priority: 90, slots: 1, labels: [], attemptsMax: 90 })] });
  const again = await claimOne(after);
  expect(again.item).toBe('y');
  expect(again.epoch).toBeGreaterThan(1_000);
  expect(await after.activities.closeJob({ job: { item: old.item, epoch: 1 }, node: old.node, outcome: completed })).toEqual({ accepted: false });
});

test('an item that a try held at the time of the backup is pending after the restore, with a new epoch', async () => {
  const folder = stateFolder();
  const on = ledgerHarness({ folder });
  await on.activities.recordNodes({ nodes: [nodeView('a', { slots: 1 })] });
  await on.activities.enqueue({ items: [itemSpec('x', { slots: 1, labels: [] })] });
  const held = await claimOne(on);
  await backUpLedgers({ state: folder, keep: 1 });
  on.ledgers.close();
  await restoreLedgers({ state: folder });
  const after = ledgerHarness({ folder });
  expect(after.ledgers.queue.row('x')).toMatchObject({ state: 'pending', node: null });
  expect(after.ledgers.queue.count('pending')).toBe(1);
  expect((await claimOne(after)).epoch).toBeGreaterThan(held.epoch);
});

test.each(['is no database', 'is missing', 'is empty and new'])(
  'when the queue %s, its unknown epochs are allowed for by the age of the backup',
  async (how) => {
    const { folder, lastEpoch } = await backedUp(3);
    const paths = ledgerPaths(folder);
    for (const file of [paths.queue, paths.tasks]) for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
    if (how === 'is no database') for (const file of [paths.queue, paths.tasks]) writeFileSync(file, 'x'.repeat(20_000));
    if (how === 'is empty and new') ledgerHarness({ folder }).ledgers.close();
    const tenHours = 36_000_000;
    const { epochFloor, replaced } = await restoreLedgers({ state: folder, now: () => Date.now() + tenHours });
    // An item can have had at most ten tries a second since the backup.
    expect(epochFloor).toBeGreaterThan(lastEpoch + 10 * 36_000);
    if (how === 'is no database') expect(readFileSync(join(replaced, basename(paths.queue)), 'utf8')).toBe('x'.repeat(20_000));
    expect((await claimOne(ledgerHarness({ folder }))).epoch).toBeGreaterThan(epochFloor ?? 0);
  },
);

test('the floor of an earlier restore is remembered, even when the same old backup is restored again', async () => {
  const { folder, backup } = await backedUp(1);
  const first = await restoreLedgers({ state: folder, from: backup });
  const paths = ledgerPaths(folder);
  for (const file of [paths.queue, paths.tasks]) rmSync(file);
  const second = await restoreLedgers({ state: folder, from: backup });
  expect(second.epochFloor).toBeGreaterThan(first.epochFloor ?? Number.POSITIVE_INFINITY);
});

test('a damaged or unknown backup changes nothing', async () => {
  const { folder, backup } = await backedUp(1);
  const { queue } = ledgerPaths(folder);
  const before = readFileSync(queue);
  await failureOf('ledger.no-backup', () => restoreLedgers({ state: folder, from: '000099-20260101T000000Z' }));
  const copy = join(statePaths(folder).backups, backup, basename(ledgerPaths(folder).ratings));
  writeFileSync(copy, readFileSync(copy).subarray(0, 4_096));
  await failureOf('ledger.corrupt', () => restoreLedgers({ state: folder }));
  expect(readFileSync(queue).equals(before)).toBe(true);
  expect(existsSync(statePaths(folder).restoring)).toBe(false);
});

test('a restore that was killed between two files blocks the ledgers until it is repeated, and the repeat knows the old epochs', async () => {
  const { folder, lastEpoch, backup } = await backedUp(4);
  const paths = ledgerPaths(folder);
  // The state after a kill: the queue is set aside, and nothing is in its place.
  const replaced = statePaths(folder).replaced('earlier');
  beginRestoring(folder, { backup, ledgers: ['queue', 'tasks'], replaced: 'earlier' });
  mkdirSync(replaced, { recursive: true });
  renameSync(paths.queue, join(replaced, basename(paths.queue)));
  const { hint } = await failureOf('ledger.restore-unfinished', () => refuseUnfinishedRestore(folder));
  expect(hint?.run).toBe(`ringmaster ledger restore --from ${backup} --state ${folder}`);
  // The repeat restores the ledgers of the interrupted restore, whatever it was asked for.
  const report = await restoreLedgers({ state: folder, only: ['ratings'] });
  expect(report.ledgers).toEqual(['queue', 'tasks', 'ratings']);
  expect(report.epochFloor).toBeGreaterThan(lastEpoch);
  expect(report.epochFloor).toBeLessThan(lastEpoch + 5_000);
  refuseUnfinishedRestore(folder);
  expect(readdirSync(replaced)).toContain(basename(paths.queue));
});

test('a ledger whose file is gone is refused by name while a backup has it, and each of the three fixes works', async () => {
  const { folder, lastEpoch } = await backedUp(4);
  const { queue } = ledgerPaths(folder);
  const away = join(folder, 'away');
  refuseMissingLedger(folder);
  renameSync(queue, away);
  const { hint } = await failureOf('ledger.missing', () => refuseMissingLedger(folder));
  expect(hint?.run).toBe(`ringmaster ledger restore queue --state ${folder}`);
  renameSync(away, queue);
  refuseMissingLedger(folder);
  rmSync(queue);
  const { backups } = statePaths(folder);
  renameSync(backups, `${backups}.away`);
  refuseMissingLedger(folder);
  renameSync(`${backups}.away`, backups);
  const { epochFloor } = await restoreLedgers({ state: folder, only: ['queue'] });
  expect(epochFloor).toBeGreaterThan(lastEpoch);
  refuseMissingLedger(folder);
  rmSync(ledgerPaths(folder).events, { force: true });
  refuseMissingLedger(folder);
});

test('a restore of one ledger says that the others are newer', async () => {
  const { folder } = await backedUp(1);
  const report = await restoreLedgers({ state: folder, only: ['queue'] });
  expect(report.ledgers).toEqual(['queue']);
  expect(report.warnings).toEqual([expect.stringContaining('the other ledgers are newer')]);
});
