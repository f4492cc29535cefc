import { expect, it, test } from 'vitest';
import type { NodeId } from '../../../src/domain/ids.ts';
import type { NodeWish } from '../../../src/domain/node/wish.ts';
import { decideIdle, type IdleNode } from '../../../src/duty/idle-shutdown.ts';

const node = (changes: Partial<IdleNode> = {}): IdleNode => ({ node: 'a' as NodeId, afterMs: 1_800_000, isAlive: true, ...changes });
const drained = (changes: Partial<NodeWish> = {}): NodeWish => ({
  service: 'draining',
  by: 'IDLE_SHUTDOWN',
  reason: 'it had no job for 30 min (limit 30 min)',
  sinceMs: 7,
  drainedAtMs: 8,
  ...changes,
});
const { drainedAtMs: _drainedAtMs, ...draining } = drained();

test.each<[string, IdleNode, readonly string[]]>([
  ['idle for long enough is drained', node({ idleMs: 1_800_000 }), ['drain-node']],
  ['idle for a shorter time is left alone', node({ idleMs: 1_799_999 }), []],
  ['at work is left alone', node(), []],
  ['that still drains is left alone', node({ wish: draining }), []],
  ['drained by the daemon is shut down', node({ wish: drained() }), ['shut-node-down']],
  ['drained by an operator is left alone', node({ wish: drained({ by: 'ada@desk' }) }), []],
  ['that a command daemon needs is left alone', node({ idleMs: 1_800_000, neededBy: 'web' }), []],
  ['drained by the daemon, and needed by a command daemon since, is left alone', node({ wish: drained(), neededBy: 'web' }), []],
  ['drained by the daemon and gone is left alone', node({ wish: drained(), isAlive: false }), []],
])('a node %s', (_case, one, steps) => {
  expect(decideIdle([one]).steps.map(({ type }) => type)).toEqual(steps);
});

it('says why it drains, names each drain apart, and shows each node', () => {
  const { steps, health } = decideIdle([node({ idleMs: 1_860_000 }), node({ node: 'b' as NodeId, wish: drained() })]);
  const reason = 'it had no job for 31 min (limit 30 min)';
  expect(steps).toEqual([
    { type: 'drain-node', node: 'a', by: 'IDLE_SHUTDOWN', reason },
    { type: 'shut-node-down', node: 'b', key: 'b/7', because: 'it had no job for 30 min (limit 30 min)' },
  ]);
  expect(decideIdle([node({ neededBy: 'web' })]).health.details).toEqual({ a: 'needed by daemon web' });
  expect(health.details).toEqual({ a: 'idle for 31 min of 30 min', b: 'drained, and in service again after ringmaster node uncordon b' });
  expect(decideIdle([]).health.message).toBe('no node has the key idle');
});
