import { expect, test } from 'vitest';
import type { Daemon, DaemonRow } from '../../../src/domain/daemon/daemon.ts';
import { silentIntervals } from '../../../src/domain/daemon/silence.ts';
import { daemonWatchdog, decideWatchdog } from '../../../src/duty/daemon-watchdog.ts';
import type { DutyReads } from '../../../src/duty/duty.ts';
import { SteadyAges } from '../../../src/duty/steady-ages.ts';

const intervalMs = 60_000;
const seen = (id: string, ageMs: number, state?: Daemon['state']) => ({
  id,
  intervalMs,
  ageMs,
  ...(state === undefined ? {} : { record: { state } }),
});

test('the watchdog names the daemons that have failed, and those that do no rounds', () => {
  const { health, steps } = decideWatchdog([
    seen('WELL', 59_000, 'running'),
    seen('SILENT', silentIntervals * intervalMs + 1, 'degraded'),
    seen('JUST_STARTED', 1_000, 'starting'),
    seen('STOPPED', 10_000_000, 'stopped'),
    seen('FAILED', 10_000_000, 'failed'),
    seen('NEVER_STARTED', 10_000_000),
  ]);
  expect(health).toMatchObject({ healthy: false, message: 'failed: FAILED; without a round for 3 intervals: SILENT' });
  // The watchdog observes. It restarts nothing.
  expect(steps).toEqual([]);
});

test('a daemon is silent when no newer round comes, whatever times the clock of the server gives', async () => {
  let steadyMs = 0;
  let roundAtMs = 0;
  const yearMs = 365 * 86_400_000;
  const record = (id: string, sinceMs: number, atMs: number) => ({ id, record: { state: 'running', sinceMs, health: { atMs } } });
  // The server is a year ahead of the ledger, or a year behind. One of the daemons does its rounds.
  const known = () => [record('AHEAD', yearMs, yearMs), record('BEHIND', -yearMs, -yearMs), record('WELL', yearMs, roundAtMs)];
  const rows = ['AHEAD', 'BEHIND', 'WELL'].map((id) => ({ id, intervalMs }) as DaemonRow);
  const reads = { model: { knownDaemons: known }, rows, ages: new SteadyAges(() => steadyMs), now: () => 0 } as unknown as DutyReads;
  const round = async () => (await daemonWatchdog(reads, undefined, 0)).health.message;
  expect(await round()).toBe('3 daemons do their rounds');
  for (let k = 1; k <= silentIntervals; k += 1) {
    steadyMs = k * intervalMs;
    roundAtMs += 1;
    expect(await round()).toBe('3 daemons do their rounds');
  }
  steadyMs += 1;
  expect(await round()).toBe('without a round for 3 intervals: AHEAD, BEHIND');
});
