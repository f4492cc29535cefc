import { expect, test } from 'vitest';
import { daemonStates } from '../../../src/domain/daemon/daemon.ts';
import { healthStatusOf } from '../../../src/domain/daemon/health-status.ts';

test.each([
  { state: 'running', healthy: true, status: 'ok' },
  { state: 'starting', healthy: true, status: 'ok' },
  { state: 'degraded', healthy: true, status: 'degraded' },
  { state: 'degraded', healthy: false, status: 'unhealthy' },
] as const)('the health of a daemon that is $state, with healthy $healthy, is $status', ({ state, healthy, status }) => {
  expect(healthStatusOf({ state }, { healthy })).toBe(status);
});

test('a report of a daemon that does not work is inactive', () => {
  const idle = daemonStates.filter((state) => !['starting', 'running', 'degraded'].includes(state));
  expect(new Set(idle.map((state) => healthStatusOf({ state }, { healthy: true })))).toEqual(new Set(['inactive']));
});
