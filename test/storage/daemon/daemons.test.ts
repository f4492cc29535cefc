import Database from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import type { Daemon, DaemonTransition } from '../../../src/domain/daemon/daemon.ts';
import { afterNews, newDaemon } from '../../../src/domain/daemon/lifecycle.ts';
import { transitionOf } from '../../../src/domain/daemon/daemon.ts';
import { openReadModel } from '../../../src/storage/read/read-ledgers.ts';
import { ledgerRegistry } from '../../../src/storage/ledger/registry.ts';
import { Rounds } from '../../../activities/ledger/daemon/rounds.ts';
import { workDaemon } from '../../../activities/ledger/daemon/work-daemon.ts';
import type { Worked } from '../../../src/domain/daemon/work.ts';
import { failureOf, type LedgerHarness, ledgerHarness } from '../state-folder.ts';

const id = 'DAEMON_WATCHDOG';
const fresh = newDaemon({ wish: 'running', by: 'ringmaster', reason: 'the cluster runs', sinceMs: 0 });
const starting = afterNews(fresh, { type: 'dependencies', missing: [] }, { critical: true }, 10);
const running = afterNews(starting, { type: 'worked', health: { healthy: true, message: 'well', details: {} } }, { critical: true }, 20);
const change = (before: Daemon, after: Daemon): DaemonTransition => transitionOf(id, before, after);
const events = ({ ledgers }: LedgerHarness): { type: string; payload: Record<string, unknown>; cause?: string; id: string }[] =>
  ledgers.resources.ledger
    .statement<{ event: string }>('SELECT event FROM outbox ORDER BY seq')
    .all()
    .map(({ event }) => JSON.parse(event) as ReturnType<typeof events>[number]);

test('a report is recorded once, with an event for each change; an old report changes nothing', async () => {
  const harness = ledgerHarness();
  const { activities, ledgers } = harness;
  const changes = [change(fresh, starting), change(starting, running)];
  await activities.recordDaemon({ daemon: id, record: starting, changes: changes.slice(0, 1) });
  await activities.recordDaemon({ daemon: id, record: running, changes });
  await activities.recordDaemon({ daemon: id, record: running, changes });
  await activities.recordDaemon({ daemon: id, record: starting, changes: changes.slice(0, 1) });
  expect(events(harness).map(({ payload }) => `${String(payload['from'])} → ${String(payload['to'])}`)).toEqual([
    'stopped → starting',
    'starting → running',
  ]);
  expect((await activities.readDaemons({ daemons: [id, 'OTHER'] })).records).toEqual({ [id]: running });
  expect(openReadModel(harness.folder).knownDaemons()).toMatchObject([{ id, record: { state: 'running' } }]);
  await activities.noteRound({ daemon: id, health: { healthy: false, message: 'unwell', details: { nodes: 3 } } });
  expect(ledgers.resources.daemons.of(id).record).toMatchObject({ state: 'running', health: { message: 'unwell' } });
});

test('the request of an operator is the cause of the changes that follow, up to the next rest', async () => {
  const harness = ledgerHarness();
  await harness.activities.wishDaemons({ daemons: [id], verb: 'stop', by: 'ada@home', reason: 'a test' });
  const stopping = afterNews(running, { type: 'stop', by: 'ada@home', reason: 'a test' }, { critical: true }, 30);
  const stopped = afterNews(stopping, { type: 'ended' }, { critical: true }, 40);
  await harness.activities.recordDaemon({ daemon: id, record: stopped, changes: [change(running, stopping), change(stopping, stopped)] });
  const [wish, first, second] = events(harness);
  expect([wish?.type, first?.cause, second?.cause]).toEqual(['DAEMONS_WISHED', wish?.id, first?.id]);
});

test('a report never replaces the wish of an operator; a reset is no lasting wish', async () => {
  const { activities, ledgers } = ledgerHarness();
  await activities.wishDaemons({ daemons: [id], verb: 'stop', by: 'ada@home', reason: 'a test' });
  await activities.recordDaemon({ daemon: id, record: running, changes: [] });
  await activities.wishDaemons({ daemons: [id], verb: 'reset', by: 'ada@home', reason: 'a test' });
  expect(ledgers.resources.daemons.of(id).wish).toMatchObject({ wish: 'stopped', by: 'ada@home' });
});

test('an unknown daemon and a bad request are refused, and nothing is recorded', async () => {
  const harness = ledgerHarness();
  const by = { by: 'ada@home', reason: 'a test' };
  const unknown = await failureOf('daemon.unknown', () => harness.activities.wishDaemons({ daemons: ['DAEMON_WATCHDOGS'], verb: 'stop', ...by }));
  expect(unknown.hint?.run).toBe('ringmaster daemon stop DAEMON_WATCHDOG');
  const bad = await failureOf('config.invalid', () => harness.activities.wishDaemons({ daemons: [], verb: 'halt', by: '', reason: '' } as never));
  expect(bad.message).toMatch(/daemons must be .*; verb must be .*; by must .*; reason must/);
  expect(events(harness)).toEqual([]);
});

test('the brake is an event when it begins and when it ends', async () => {
  const harness = ledgerHarness();
  await harness.activities.noteBrake({ held: [id] });
  await harness.activities.noteBrake({ held: [] });
  expect(events(harness).map(({ type }) => type)).toEqual(['DAEMON_RESTARTS_BRAKED', 'DAEMON_RESTARTS_RELEASED']);
});

test('a daemon that waits for a failed one, directly or through others, names the failed one', async () => {
  const { activities, ledgers } = ledgerHarness();
  const record = { code: 'ledger.corrupt', class: 'data', message: 'Cannot read', fields: {}, chain: [] } as const;
  const put = (daemon: string, over: Partial<Daemon>): Promise<void> =>
    activities.recordDaemon({ daemon, record: { ...running, because: 'a reason', ...over }, changes: [] });
  await put('EVENT_ROUTER', { state: 'failed', failure: { kind: 'threw', record, atMs: 1 } });
  await put('EVALUATION', { state: 'waiting', missing: ['EVENT_ROUTER'] });
  await put('AUTO_PROMOTION', { state: 'waiting', missing: ['EVALUATION', 'AUTO_PROMOTION'] });
  const failed = { id: 'EVENT_ROUTER', because: 'a reason', code: 'ledger.corrupt' };
  expect(await activities.daemonsNotRunning({ daemons: ['AUTO_PROMOTION', 'EVENT_ROUTER', 'QUEUE_POPULATOR'] })).toEqual({
    missing: [
      { id: 'AUTO_PROMOTION', state: 'waiting', because: 'a reason', failed },
      { id: 'EVENT_ROUTER', state: 'failed', because: 'a reason', failed },
      { id: 'QUEUE_POPULATOR', state: 'stopped', because: 'it has not been started yet' },
    ],
  });
  // A daemon that runs names nothing, also when the last record of what it misses is old.
  await put('EVALUATION', { state: 'running', missing: ['EVENT_ROUTER'] });
  expect(ledgers.resources.daemons.notRunning(['EVALUATION'])).toEqual([]);
});

test('a round that another process keeps from being recorded fails with the lock as its reason, and soon: heartbeats go on between two tries', () => {
  const { ledgers } = ledgerHarness();
  const other = new Database(ledgers.paths.resources);
  other.exec('BEGIN IMMEDIATE');
  try {
    const note = (): void => ledgers.resources.daemons.noteRound(id, { healthy: true, message: 'well', details: {}, atMs: 1 });
    expect(note).toThrow(expect.objectContaining({ code: 'ledger.busy' }) as Error);
  } finally {
    other.close();
  }
  expect(ledgerRegistry.resources.limits.busyTimeoutMs).toBeLessThanOrEqual(500);
});

test('a daemon has one round at a time: a new round begins when the last one has ended, and a round that was given up never begins', async () => {
  const well: Worked = { health: { healthy: true, message: 'well', details: {} }, memory: undefined, steps: [] };
  const ends: (() => void)[] = [];
  const round = (): Promise<Worked> => new Promise((resolve) => ends.push(() => resolve(well)));
  const work = workDaemon(ledgerHarness().dependencies, new Rounds({ rows: [], processes: new Map(), rounds: new Map([[id, round]]) }));
  const first = work({ daemon: id });
  const givenUp = new AbortController();
  const second = work({ daemon: id }, givenUp.signal);
  const third = work({ daemon: id });
  givenUp.abort(new Error('given up'));
  await expect(second).rejects.toThrow('given up');
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await first;
  await vi.waitFor(() => expect(ends).toHaveLength(2));
  ends[1]?.();
  expect(await third).toEqual(well);
});
