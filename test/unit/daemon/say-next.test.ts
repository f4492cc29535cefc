import { expect, test } from 'vitest';
import { newDaemon } from '../../../src/domain/daemon/lifecycle.ts';
import { sayNext } from '../../../src/domain/daemon/say-next.ts';

test.each([
  [['EVENT_ROUTER'], 'starts when EVENT_ROUTER runs'],
  [['EVENT_ROUTER', 'DATA_PIPELINE'], 'starts when EVENT_ROUTER, DATA_PIPELINE run'],
])('a daemon that waits for %j %s', (missing, next) => {
  const waiting = { ...newDaemon({ wish: 'running', by: 'ringmaster', reason: 'the cluster runs', sinceMs: 0 }, missing), state: 'waiting' as const };
  expect(sayNext(waiting, { id: 'AUTO_SYNC', critical: true }, 0)).toBe(next);
});
