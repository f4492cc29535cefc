import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DaemonRow } from '../../../src/domain/daemon/daemon.ts';
import { daemonWatch } from '../../../src/domain/daemon/daemon-watch.ts';
import { DaemonLooks } from '../../../src/service/daemon/daemon-looks.ts';

type Known = Parameters<DaemonLooks['of']>[0];

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());

test.each([3_600_000, -3_600_000])('rounds keep a daemon young when the clock of the server is %i ms ahead', (aheadMs) => {
  const row = { id: 'X', intervalMs: 60_000, after: [], needs: [], wakes: [] } as unknown as DaemonRow;
  const looks = new DaemonLooks([row], 5_000);
  const sinceMs = Date.now() + aheadMs;
  const look = (): number | undefined => {
    const record = {
      state: 'running',
      sinceMs,
      because: '',
      restarts: 0,
      missing: [],
      outcomes: [],
      health: { healthy: true, message: '', details: {}, atMs: Date.now() },
    };
    return looks.of([{ id: 'X', record }] as unknown as Known)[0]?.ageMs;
  };
  for (let round = 0; round < 10; round += 1) {
    expect(look()).toBe(0);
    vi.advanceTimersByTime(60_000);
  }
});

test('the time for which the cluster was stopped is no silence, and a silence after the start is one', () => {
  const row = { id: 'X', intervalMs: 60_000, after: [], needs: [], wakes: [] } as unknown as DaemonRow;
  const wish = { wish: 'running', by: 'ringmaster', reason: '', sinceMs: 0 };
  const nightMs = 8 * 3_600_000;
  const atMs = Date.now() - nightMs;
  const record = {
    state: 'running',
    sinceMs: atMs,
    because: '',
    restarts: 0,
    missing: [],
    outcomes: [],
    health: { healthy: true, message: '', details: {}, atMs },
  };
  const looks = new DaemonLooks([row], 5_000);
  const watch = () => daemonWatch(looks.of([{ id: 'X', record, wish }] as unknown as Known));
  expect(watch()).toMatchObject({ ok: true });
  vi.advanceTimersByTime(3 * 60_000);
  expect(watch()).toMatchObject({ ok: true });
  vi.advanceTimersByTime(1_000);
  expect(watch()).toMatchObject({ ok: false, detail: 'X has done no round for 181 s' });
});
