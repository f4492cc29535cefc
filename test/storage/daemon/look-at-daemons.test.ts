/** The looks of the ledger at the daemons that rest, on a real ledger, with a clock of the test. */
import { setImmediate } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { lookAtDaemons } from '../../../activities/ledger/daemon/look-at-daemons.ts';
import { Rounds } from '../../../activities/ledger/daemon/rounds.ts';
import type { Daemon } from '../../../src/domain/daemon/daemon.ts';
import { newDaemon } from '../../../src/domain/daemon/lifecycle.ts';
import { lookSlackMs } from '../../../src/domain/daemon/look.ts';
import { roundMs, type Worked } from '../../../src/domain/daemon/work.ts';
import { lookLimits } from '../../../activities/limits.ts';
import { ledgerHarness } from '../state-folder.ts';

const intervalMs = 60_000;
const due = intervalMs + lookSlackMs;
const worked = (over: Partial<Worked> = {}): Worked => ({
  health: { healthy: true, message: 'well', details: {} },
  memory: { looked: 1 },
  steps: [],
  ...over,
});
const running: Daemon = { ...newDaemon({ wish: 'running', by: 'ringmaster', reason: 'the cluster runs', sinceMs: 0 }), state: 'running', seq: 3 };

/** The daemons `ONE` and `TWO`, which run. `does` is the round of both. */
async function watched(does: (daemon: string, memory: unknown) => Promise<Worked>, records: Readonly<Record<string, Daemon>> = {}) {
  const harness = ledgerHarness();
  const ids = ['ONE', 'TWO'];
  const row = (id: string) => ({ id, summary: 'works', critical: false, dependencies: [], intervalMs });
  const rounds = new Map(ids.map((id) => [id, (memory: unknown) => does(id, memory)]));
  const clock = { ms: 0 };
  const all = new Rounds({ rows: ids.map(row), processes: new Map(), rounds }, () => clock.ms);
  for (const id of ids) await harness.activities.recordDaemon({ daemon: id, record: records[id] ?? running, changes: [] });
  const look = lookAtDaemons(harness.dependencies, all);
  const { daemons } = harness.ledgers.resources;
  return {
    rounds: all,
    look,
    /** Lets the time pass, and looks once. */
    lookAfter: (ms: number) => {
      clock.ms += ms;
      return look({ maxMs: 1 });
    },
    passes: (ms: number) => {
      clock.ms += ms;
    },
    messageOf: (id: string) => daemons.of(id).record?.health?.message,
    wakes: () => harness.signals.map(({ signal }) => signal),
  };
}

test('a look that finds nothing new is recorded like a round, and wakes nothing', async () => {
  let message = 'well';
  const memories: unknown[] = [];
  const { rounds, lookAfter, messageOf, wakes } = await watched(async (_id, memory) => {
    memories.push(memory);
    return worked({ health: { healthy: true, message, details: {} } });
  });
  for (const id of ['ONE', 'TWO']) await rounds.work(id, undefined, undefined);
  message = 'still well';
  expect(await lookAfter(intervalMs)).toEqual({ looks: 0, wakes: 0 });
  expect(await lookAfter(lookSlackMs)).toEqual({ looks: 2, wakes: 0 });
  expect([messageOf('ONE'), messageOf('TWO')]).toEqual(['still well', 'still well']);
  expect(wakes()).toEqual([]);
  // A look gets the memory that the last round of the daemon returned.
  expect(memories).toEqual([undefined, undefined, { looked: 1 }, { looked: 1 }]);
  expect(await lookAfter(intervalMs)).toEqual({ looks: 0, wakes: 0 });
  expect(await lookAfter(lookSlackMs)).toEqual({ looks: 2, wakes: 0 });
});

test.each<[what: string, end: () => Promise<Worked>]>([
  ['finds a step', async () => worked({ steps: [{ type: 'wake', workflow: 'dispatcher' }] })],
  ['finds another memory', async () => worked({ memory: { looked: 2 } })],
  ['finds the duty unwell', async () => worked({ health: { healthy: false, message: 'unwell', details: {} } })],
  ['fails', () => Promise.reject(new Error('of the test'))],
])('a look that %s wakes the workflow of its daemon, records nothing and carries nothing out', async (_what, end) => {
  let isNew = false;
  const { rounds, lookAfter, messageOf, wakes } = await watched(async (id) => (isNew && id === 'ONE' ? end() : worked()));
  for (const id of ['ONE', 'TWO']) await rounds.work(id, undefined, undefined);
  isNew = true;
  expect(await lookAfter(due)).toEqual({ looks: 1, wakes: 1 });
  expect(wakes()).toEqual(['wake→daemon/ONE']);
  expect([messageOf('ONE'), messageOf('TWO')]).toEqual([undefined, 'well']);
});

test('a look that hangs keeps no other look waiting, and its daemon is not looked at again before the hanging round has ended', async () => {
  let hangs = false;
  let ends = (): void => undefined;
  const hanging = new Promise<void>((resolve) => (ends = resolve));
  const { rounds, lookAfter } = await watched(async (id) => {
    if (hangs && id === 'ONE') await hanging;
    return worked();
  });
  for (const id of ['ONE', 'TWO']) await rounds.work(id, undefined, undefined);
  hangs = true;
  expect(await lookAfter(due)).toEqual({ looks: 1, wakes: 0 });
  expect(await lookAfter(due)).toEqual({ looks: 1, wakes: 0 });
  ends();
  await setImmediate();
  expect(await lookAfter(due)).toEqual({ looks: 2, wakes: 0 });
});

test('a round that hangs is left behind: the next round begins, and the result of the first is dropped', async () => {
  const ends: (() => void)[] = [];
  const { rounds, passes } = await watched(async () => {
    const memory = { round: ends.length + 1 };
    await new Promise<void>((resolve) => ends.push(resolve));
    return worked({ memory });
  });
  const givenUp = new AbortController();
  const first = rounds.work('ONE', undefined, givenUp.signal);
  givenUp.abort(new Error('its time is over'));
  passes(roundMs);
  const second = rounds.work('ONE', undefined, undefined);
  await vi.waitFor(() => expect(ends).toHaveLength(2));
  ends[1]?.();
  expect(await second).toMatchObject({ memory: { round: 2 } });
  ends[0]?.();
  await expect(first).rejects.toThrow('its time is over');
});

test('so many rounds of a daemon hang in a process at most, and a further one waits', async () => {
  const ends: (() => void)[] = [];
  const { rounds, passes } = await watched(async () => {
    await new Promise<void>((resolve) => ends.push(resolve));
    return worked();
  });
  for (let hanging = 0; hanging <= lookLimits.leftBehindMax; hanging += 1) {
    void rounds.work('ONE', undefined, undefined).catch(() => undefined);
    await vi.waitFor(() => expect(ends).toHaveLength(hanging + 1));
    passes(roundMs);
  }
  const givenUp = new AbortController();
  const further = rounds.work('ONE', undefined, givenUp.signal);
  await setImmediate();
  await setImmediate();
  expect(ends).toHaveLength(lookLimits.leftBehindMax + 1);
  givenUp.abort(new Error('its time is over'));
  await expect(further).rejects.toThrow('its time is over');
});

test('a daemon is woken without a look when this process has seen no round of it, or when its last round failed', async () => {
  let calls = 0;
  let fails = false;
  const { rounds, lookAfter, wakes } = await watched(async () => {
    calls += 1;
    if (fails) throw new Error('of the test');
    return worked();
  });
  await rounds.work('ONE', undefined, undefined);
  fails = true;
  await expect(rounds.work('ONE', undefined, undefined)).rejects.toThrow('of the test');
  expect(await lookAfter(due)).toEqual({ looks: 0, wakes: 2 });
  expect(calls).toBe(2);
  expect(wakes()).toEqual(['wake→daemon/ONE', 'wake→daemon/TWO']);
});

test('a daemon that does not run, or that is degraded, is not looked at', async () => {
  const { rounds, lookAfter } = await watched(async () => worked(), {
    ONE: { ...running, state: 'stopped' },
    TWO: { ...running, state: 'degraded' },
  });
  for (const id of ['ONE', 'TWO']) await rounds.work(id, undefined, undefined);
  expect(await lookAfter(due)).toEqual({ looks: 0, wakes: 0 });
});

test('a newer call ends the looks of the call before', async () => {
  const { look } = await watched(async () => worked());
  const older = look({ maxMs: 3_600_000 });
  await look({ maxMs: 1 });
  expect(await older).toEqual({ looks: 0, wakes: 0 });
});
