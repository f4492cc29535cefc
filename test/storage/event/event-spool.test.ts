/** Tests that processes and threads without an open ledger record events too. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { itemId } from '../../support/item-spec.ts';
import { expect, test, vi } from 'vitest';
import { statePaths } from '../../../src/domain/cluster/state-paths.ts';
import { backUpLedgers } from '../../../src/storage/backup/back-up-ledgers.ts';
import { restoreLedgers } from '../../../src/storage/backup/restore-ledgers.ts';
import { spoolEvent } from '../../../src/storage/event/event-spool.ts';
import { eventLimits } from '../../../src/storage/limits.ts';
import { spoolConfig } from '../../../workers/launcher/spool-config.ts';
import { fixtureRunning } from '../../cli/fixture-cluster.ts';
import { ledgerHarness, stateFolder } from '../state-folder.ts';
import { happened, readerOf, typesOf } from './pumped.ts';

const stopped = (state: string, atMs: number): void =>
  spoolEvent(state, 'CLUSTER_STOPPED', { cluster: 'cf', unreached: ['c'] }, { atMs, actor: 'launcher' });

test('events of the spool are moved to the log once, in the order of their times', () => {
  const on = ledgerHarness();
  const { nowMs } = on.clock;
  stopped(on.folder, nowMs);
  spoolEvent(on.folder, 'CLUSTER_STARTED', { cluster: 'cf', processes: 5, configEpoch: 2 }, { atMs: nowMs + 1, actor: 'launcher' });
  const events = happened(on);
  expect(typesOf(events)).toEqual(['CLUSTER_STOPPED', 'CLUSTER_STARTED']);
  expect(events[0]).toMatchObject({ about: ['node:c'], text: 'cluster cf was stopped; c could not be reached' });
  expect(readdirSync(statePaths(on.folder).eventSpool)).toEqual([]);
  expect(happened(on)).toHaveLength(2);
});

test('a backup, a failed backup and a restore are events', async () => {
  const on = ledgerHarness();
  const made = await backUpLedgers({ state: on.folder, keep: 2 });
  await expect(backUpLedgers({ state: on.folder, keep: 2, freeBytes: () => 0 })).rejects.toThrow('are free');
  on.ledgers.close();
  await restoreLedgers({ state: on.folder, only: ['syncs'] });
  const again = ledgerHarness({ folder: on.folder });
  again.clock.nowMs = Date.now();
  const events = happened(again);
  expect(typesOf(events)).toEqual(['BACKUP_COMPLETED', 'BACKUP_FAILED', 'LEDGERS_RESTORED']);
  expect(events.map(({ about }) => about.includes(`backup:${made.id}`))).toEqual([true, false, true]);
});

test('a changed cluster file is an event with its digest and its changes, and so are the items that lose their last node by it', () => {
  const on = ledgerHarness();
  on.clock.nowMs = Date.now();
  const running = fixtureRunning(on.folder, 1, 2);
  const changes = [
    { path: 'limits.lostAfter', before: 1, after: 2 },
    { path: 'nodes.d', after: { id: 'd' } },
  ];
  const lost = { slots: 4, labels: [], items: 2, first: [itemId('big.1'), itemId('big.2')], because: 'no node of the cluster file has 4 slots' };
  spoolConfig({ ...running, configEpoch: 7 }, { changes, unplaced: [lost] });
  const events = happened(on);
  const event = events.find(({ type }) => type === 'CONFIG_UPDATED');
  expect(events.find(({ type }) => type === 'WORK_UNPLACED')?.payload).toEqual({ count: 2, items: ['big.1', 'big.2'], because: lost.because });
  expect(event).toMatchObject({
    type: 'CONFIG_UPDATED',
    payload: { configEpoch: 7, count: 2, changes: ['limits.lostAfter: 1 is now 2', 'nodes.d: new'] },
  });
  expect(event?.payload['digest']).toMatch(/^[0-9a-f]{64}$/);
});

test('a file of the spool and a row of an outbox that hold no event become refused events, and keep no other event from the log', () => {
  const on = ledgerHarness();
  on.clock.nowMs = Date.now();
  const { eventSpool } = statePaths(on.folder);
  mkdirSync(eventSpool, { recursive: true });
  const files = ['{"id": ', 'null', '{}', '[]', '7', '{"id": "a", "type": "NODE_LOST", "version": 1, "atMs": null}'];
  for (const [k, text] of files.entries()) writeFileSync(join(eventSpool, `0aaaaaaaa-bbbbbbb${k}.json`), text);
  mkdirSync(join(eventSpool, 'folder.json'));
  on.ledgers.resources.ledger.statement("INSERT INTO outbox (event) VALUES ('{}'), ('cut')").run();
  stopped(on.folder, on.clock.nowMs);
  const types = typesOf(happened(on));
  expect(types.filter((type) => type === 'EVENT_REFUSED')).toHaveLength(files.length + 3);
  expect(types, 'the others are moved').toContain('CLUSTER_STOPPED');
  expect(readdirSync(eventSpool)).toEqual([]);
});

test('a full spool takes no event, and says so', () => {
  const folder = stateFolder();
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const { eventSpool } = statePaths(folder);
  mkdirSync(eventSpool, { recursive: true });
  for (let k = 0; k < eventLimits.spoolEventsMax; k += 1) writeFileSync(join(eventSpool, `${k}.json`), '');
  stopped(folder, 1);
  expect(readdirSync(eventSpool)).toHaveLength(eventLimits.spoolEventsMax);
  expect(said).toHaveBeenCalledWith(expect.stringMatching(/ERROR events: event CLUSTER_STOPPED is not recorded: .* holds 1000 events\n$/));
  said.mockRestore();
});

test('events that stay in the spool are counted, and the watch shows how long they wait', () => {
  const on = ledgerHarness();
  stopped(on.folder, on.clock.nowMs);
  const reads = readerOf(on);
  expect(reads.eventStats().outboxes.at(-1)).toMatchObject({ ledger: 'spool', events: 1 });
  expect(reads.eventLogLook()).toMatchObject({ waiting: 1, waitedMs: expect.any(Number) as number });
  happened(on);
  expect(reads.eventLogLook()).toMatchObject({ waiting: 0 });
});
