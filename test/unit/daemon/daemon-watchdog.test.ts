import { expect, test } from 'vitest';
import type { Daemon } from '../../../src/domain/daemon/daemon.ts';
import { silentIntervals } from '../../../src/domain/daemon/silence.ts';
import { decideWatchdog } from '../../../src/duty/daemon-watchdog.ts';

const nowMs = 10_000_000;
const seen = (id: string, record?: Pick<Daemon, 'state' | 'sinceMs' | 'health'>) => ({
  id,
  intervalMs: 60_000,
  ...(record === undefined ? {} : { record }),
});
const lookedAt = (agoMs: number) => ({ healthy: true, message: 'well', details: {}, atMs: nowMs - agoMs });

test('the watchdog names the daemons that have failed, and those that do no rounds', () => {
  const { health, steps } = decideWatchdog(
    [
      seen('WELL', { state: 'running', sinceMs: 0, health: lookedAt(59_000) }),
      seen('SILENT', { state: 'degraded', sinceMs: 0, health: lookedAt(silentIntervals * 60_000 + 1) }),
      seen('JUST_STARTED', { state: 'starting', sinceMs: nowMs - 1_000 }),
      seen('STOPPED', { state: 'stopped', sinceMs: 0 }),
      seen('FAILED', { state: 'failed', sinceMs: 0 }),
      seen('NEVER_STARTED'),
    ],
    undefined,
    nowMs,
  );
  expect(health).toMatchObject({ healthy: false, message: 'failed: FAILED; without a round for 3 intervals: SILENT' });
  // The watchdog observes. It restarts nothing.
  expect(steps).toEqual([]);
});
