import { expect, test } from 'vitest';
import { watchesOf } from '../../src/domain/cluster/watch.ts';
import { whyPending } from '../../src/service/explain/why-pending.ts';
import { fixtureStatus } from './fixture-cluster.ts';

const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const status = fixtureStatus(nowMs);
const spec = { slots: 1, labels: [], priority: 5 };

test('during a pause of the whole cluster, a pending item says who paused it, why, and how the pause ends', () => {
  const pause = { by: 'kim@desk', reason: 'a new switch', sinceMs: nowMs - 60_000 };
  const evidence = {
    look: { launcher: 'replies', processes: [] },
    nodesAgeMs: 0,
    sweepIntervalMs: 1_000,
    keeper: { startedAgain: [] },
    daemons: [],
  } as const;
  expect(whyPending({ spec }, { ...status, watches: watchesOf({ ...evidence, nowMs, pause }) }, nowMs)).toEqual([
    'It waits: the whole cluster is paused by kim@desk for 60 s (a new switch): no job starts, and running jobs go on. `ringmaster resume` ends the pause.',
  ]);
  expect(whyPending({ spec }, { ...status, watches: watchesOf({ ...evidence, nowMs }) }, nowMs)).toEqual(whyPending({ spec }, status, nowMs));
});
