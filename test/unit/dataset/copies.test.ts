import { expect, test } from 'vitest';
import {
  copiesHealth,
  copyTrustedMs,
  type CopyNode,
  type CopyView,
  failuresUnwell,
  planCopies,
  pushesMax,
  pushLookMs,
  pushMsMax,
  pushRestMs,
  pushRestMsMax,
  type PushesUnderWay,
} from '../../../src/domain/dataset/copies.ts';
import { failureRecord } from '../../../src/domain/failure/record.ts';
import type { NodeId } from '../../../src/domain/ids.ts';

const nowMs = 10 * copyTrustedMs;
const failure = failureRecord('sync.disk-full', { cannot: 'push', because: 'of a test', hint: { say: 'nothing' }, fields: { node: 'b' } });
const node = (id: string, state: CopyNode['state'] = 'alive', sinceMs = 0): CopyNode => ({ node: id, state, sinceMs });
const copy = (target: string, changes: Partial<CopyView> = {}): CopyView => ({ dataset: 'd', target, failures: 0, ...changes });
const plan = (nodes: readonly CopyNode[], copies: readonly CopyView[], memory?: PushesUnderWay, atMs = nowMs) =>
  planCopies({ wanted: [{ dataset: 'd', version: 'v2', targets: nodes.map(({ node: id }) => id as NodeId) }], copies, nodes }, memory, atMs);
const targets = ({ pushes }: ReturnType<typeof plan>): readonly string[] => pushes.map(({ target }) => target);
const reasons = ({ behind }: ReturnType<typeof plan>): Readonly<Record<string, string>> =>
  Object.fromEntries(behind.map(({ target, because }) => [target, because]));

test('each node that is alive and lacks the version gets it; a node that has it or is away does not', () => {
  const nodes = [node('none'), node('old'), node('has'), node('away', 'unreachable'), node('gone', 'lost')];
  const made = plan(nodes, [copy('old', { version: 'v1', completedAtMs: nowMs - 1 }), copy('has', { version: 'v2', completedAtMs: nowMs - 1 })]);
  expect(made.pushes).toEqual([
    { dataset: 'd', source: 'home', target: 'none', version: 'v2' },
    { dataset: 'd', source: 'home', target: 'old', version: 'v2' },
  ]);
  expect(made.inStep).toBe(1);
  expect(reasons(made)).toEqual({ none: 'it is being copied', old: 'it is being copied', away: 'away is unreachable', gone: 'gone is lost' });
  expect(copiesHealth(made)).toMatchObject({
    healthy: true,
    message: '1 of 5 copies are in step; d on none is behind: it is being copied',
    details: { copies: 5, 'in step': 1, 'd on away': 'away is unreachable' },
  });
});

test('a node that was never seen is waited for', () => {
  const made = planCopies({ wanted: [{ dataset: 'd', version: 'v', targets: ['x' as NodeId] }], copies: [], nodes: [] }, undefined, nowMs);
  expect([made.pushes, made.behind[0]?.because]).toEqual([[], 'x was not seen yet']);
});

test('a push under way is not asked for twice; its record ends it, and a push that is never recorded is asked for again', () => {
  const { memory, restMs } = plan([node('b')], []);
  expect(restMs).toBe(pushLookMs);
  const under = plan([node('b')], [], memory, nowMs + 1);
  expect([targets(under), under.memory]).toEqual([[], memory]);
  const done = plan([node('b')], [copy('b', { version: 'v2', completedAtMs: nowMs + 2 })], memory, nowMs + 3);
  expect([targets(done), done.inStep, done.memory.pushes, done.restMs]).toEqual([[], 1, [], undefined]);
  const older = plan([node('b')], [copy('b', { version: 'v1', completedAtMs: nowMs + 2 })], memory, nowMs + 3);
  expect(targets(older)).toEqual(['b']);
  expect(targets(plan([node('b')], [], memory, nowMs + pushMsMax))).toEqual(['b']);
});

test('a bounded number of pushes is under way, and copies that fail hold up no other', () => {
  const nodes = Array.from({ length: pushesMax + 3 }, (_, index) => node(`n${index}`));
  const failing = ['n0', 'n1', 'n2'].map((id) => copy(id, { failures: 1, failedAtMs: 1, failure }));
  const first = plan(nodes, failing);
  expect(targets(first)).toEqual(nodes.slice(3).map(({ node: id }) => id));
  expect(reasons(first)['n0']).toBe(`${pushesMax} other copies are being made`);
  const second = plan(nodes, [...failing, copy('n3', { version: 'v2', completedAtMs: nowMs + 1 })], first.memory, nowMs + 2);
  expect(targets(second)).toEqual(['n0']);
  expect(second.memory.pushes).toHaveLength(pushesMax);
});

test('a copy whose push failed rests, longer each time, and says so', () => {
  const failed = (failures: number, agoMs: number) => plan([node('b')], [copy('b', { failures, failedAtMs: nowMs - agoMs, failure })]);
  expect(targets(failed(1, pushRestMs))).toEqual(['b']);
  const resting = failed(3, pushRestMs);
  expect([targets(resting), resting.restMs]).toEqual([[], 3 * pushRestMs]);
  expect(reasons(resting)['b']).toBe('its last 3 pushes failed (sync.disk-full); the next one begins in 15 s');
  expect(targets(failed(50, pushRestMsMax - 1))).toEqual([]);
  expect(targets(failed(50, pushRestMsMax))).toEqual(['b']);
  expect([failuresUnwell - 1, failuresUnwell].map((failures) => copiesHealth(failed(failures, 0)).healthy)).toEqual([true, false]);
});

test('a node that came back since the failure is tried at once', () => {
  expect(targets(plan([node('b', 'alive', nowMs - 10)], [copy('b', { failures: 9, failedAtMs: nowMs - 20, failure })]))).toEqual(['b']);
});

test('a clock that was set back holds up no push', () => {
  expect(targets(plan([node('b')], [copy('b', { failures: 2, failedAtMs: nowMs + 1_000_000, failure })]))).toEqual(['b']);
  expect(targets(plan([node('b')], [], { pushes: [{ dataset: 'd', target: 'b', atMs: nowMs + 1_000_000 }] }))).toEqual(['b']);
});

test('an old copy is looked at again when its node is alive', () => {
  const old = copy('b', { version: 'v2', completedAtMs: nowMs - copyTrustedMs });
  expect(targets(plan([node('b')], [old]))).toEqual(['b']);
  expect(plan([node('b', 'unreachable')], [old])).toMatchObject({ inStep: 1, pushes: [] });
});
