import { expect, test } from 'vitest';
import { brakeRestartsMax, brakeWindowMs } from '../../../src/domain/daemon/brake.ts';
import { afterCarryOut, afterGroupNews, type Group, newManaged, planOf } from '../../../src/domain/daemon/manager.ts';
import { type DaemonRow, type DaemonState, daemonStates } from '../../../src/domain/daemon/daemon.ts';
import { row } from './make-daemon.ts';

const group: Group = { daemons: [newManaged(row('ROUTER', [], true)), newManaged(row('SYNC', ['ROUTER']))], orders: [], grantedAtMs: [] };
const reported = (before: Group, daemon: string, state: DaemonState, seq: number): Group =>
  afterGroupNews(before, { type: 'report', daemon, report: { state, seq } });
const stopAll = { wish: 'stopped', by: 'ada@home', reason: 'a test', sinceMs: 1, inOrder: true } as const;

test('the manager starts each daemon, sends the missing dependencies, and sends them again only when they change', () => {
  const first = planOf(group, 0);
  expect(first.steps).toMatchObject([{ type: 'start', daemon: 'ROUTER', missing: [], wish: { wish: 'running' } }]);
  expect(planOf(first.group, 0).steps).toEqual([]);
  const second = planOf(reported(first.group, 'ROUTER', 'running', 1), 0);
  expect(second.steps).toMatchObject([{ type: 'start', daemon: 'SYNC', missing: [] }]);
  expect(planOf(reported(second.group, 'ROUTER', 'failed', 0), 0).steps).toEqual([]);
  const third = planOf(reported(second.group, 'ROUTER', 'backing-off', 2), 0);
  expect(third.steps).toMatchObject([{ type: 'tell', daemon: 'SYNC', missing: ['ROUTER'] }]);
});

test('a daemon that has never run is started when a daemon that it needs does not come, and when an operator stopped it', () => {
  const first = planOf(group, 0).group;
  for (const state of ['backing-off', 'failed', 'stopping'] as const)
    expect(planOf(reported(first, 'ROUTER', state, 1), 0).steps, state).toContainEqual(
      expect.objectContaining({ type: 'start', daemon: 'SYNC', missing: ['ROUTER'] }),
    );
  for (const state of ['stopped', 'waiting', 'starting'] as const) expect(planOf(reported(first, 'ROUTER', state, 1), 0).steps, state).toEqual([]);
  const both = { ...first, daemons: [...first.daemons, newManaged(row('OTHER')), newManaged(row('BOTH', ['ROUTER', 'OTHER']))] };
  const startsBoth = expect.objectContaining({ type: 'start', daemon: 'BOTH', missing: ['ROUTER', 'OTHER'] }) as unknown;
  expect(planOf(both, 0).steps).not.toContainEqual(startsBoth);
  expect(planOf(reported(both, 'OTHER', 'failed', 1), 0).steps).toContainEqual(startsBoth);
  expect(planOf(wished(first, 'ROUTER', 'stopped', 1), 0).steps.map(({ type, daemon }) => `${type} ${daemon}`)).toContain('start SYNC');
  expect(planOf(wished(first, 'SYNC', 'stopped', 1), 0).steps).toMatchObject([{ type: 'start', daemon: 'SYNC', wish: { wish: 'stopped' } }]);
});

test('the manager of an older release starts all daemons at once', () => {
  expect(planOf(group, 0, { isInOrder: false }).steps.map(({ type, daemon }) => `${type} ${daemon}`)).toEqual(['start ROUTER', 'start SYNC']);
});

test('a stop of all reaches a daemon after everything that needs it has stopped', () => {
  let now = planOf(reported(reported(planOf(group, 0).group, 'ROUTER', 'running', 1), 'SYNC', 'running', 1), 0).group;
  now = afterGroupNews(now, { type: 'wish', daemons: ['ROUTER', 'SYNC'], wish: stopAll });
  const first = planOf(now, 0);
  expect(first.steps).toMatchObject([{ type: 'tell', daemon: 'SYNC', wish: { wish: 'stopped' } }]);
  expect(planOf(reported(first.group, 'SYNC', 'stopped', 2), 0).steps).toMatchObject([{ type: 'tell', daemon: 'ROUTER', wish: { wish: 'stopped' } }]);
});

const wished = (before: Group, daemon: string, wish: 'running' | 'stopped', sinceMs: number): Group =>
  afterGroupNews(before, { type: 'wish', daemons: [daemon], wish: { wish, by: 'ada@home', reason: 'a test', sinceMs } });
const missingOf = (of: Group, daemon: string): readonly string[] | undefined =>
  planOf(of, 0).group.daemons.find(({ row: { id } }) => id === daemon)?.told?.missing;
/** LAST needs ROUTER and starts after FIRST, which needs ROUTER. Each has a workflow. */
const ordered: Group = {
  daemons: [row('ROUTER', [], true), row('LAST', ['ROUTER'], false, ['FIRST']), row('FIRST', ['ROUTER'])].map((one) => ({
    ...newManaged(one),
    gone: false,
  })),
  orders: [],
  grantedAtMs: [],
};

test('a daemon starts after those of its `after` that are about to run, and needs none of them', () => {
  expect(missingOf(ordered, 'LAST')).toEqual(['ROUTER', 'FIRST']);
  const router = reported(ordered, 'ROUTER', 'running', 1);
  expect(missingOf(router, 'LAST')).toEqual(['FIRST']);
  for (const state of ['stopped', 'waiting', 'starting'] as const)
    expect(missingOf(reported(router, 'FIRST', state, 1), 'LAST'), state).toEqual(['FIRST']);
  for (const state of ['running', 'degraded', 'backing-off', 'failed', 'stopping'] as const)
    expect(missingOf(reported(router, 'FIRST', state, 1), 'LAST'), state).toEqual([]);
});

test('a daemon that works, or restarts after a failure, is not held by one of its `after`', () => {
  for (const state of ['starting', 'running', 'degraded', 'backing-off', 'failed'] as const)
    for (const first of daemonStates) {
      const now = reported(reported(reported(ordered, 'ROUTER', 'running', 1), 'FIRST', first, 1), 'LAST', state, 1);
      expect(missingOf(now, 'LAST'), `${state}, while FIRST is ${first}`).toEqual([]);
    }
});

test('a daemon of `after` that an operator stopped, or that waits for one that does not come, holds nothing', () => {
  const router = reported(ordered, 'ROUTER', 'running', 1);
  expect(missingOf(reported(wished(router, 'FIRST', 'stopped', 1), 'FIRST', 'stopped', 2), 'LAST')).toEqual([]);
  const daemons = [row('OTHER'), row('LAST', [], false, ['FIRST']), row('FIRST', ['OTHER'])].map((one) => ({ ...newManaged(one), gone: false }));
  const waits = reported({ daemons, orders: [], grantedAtMs: [] }, 'FIRST', 'waiting', 1);
  expect(missingOf(waits, 'LAST')).toEqual(['FIRST']);
  expect(missingOf(reported(waits, 'OTHER', 'failed', 1), 'LAST')).toEqual([]);
  expect(missingOf(wished(waits, 'OTHER', 'stopped', 1), 'LAST')).toEqual([]);
});

test('a stop of all reaches a daemon after everything that starts after it has stopped', () => {
  let now = ordered;
  for (const id of ['ROUTER', 'FIRST', 'LAST']) now = reported(planOf(now, 0).group, id, 'running', 1);
  now = planOf(now, 0).group;
  const stopping = afterGroupNews(now, { type: 'wish', daemons: ['ROUTER', 'FIRST', 'LAST'], wish: stopAll });
  const first = planOf(stopping, 0);
  expect(first.steps).toMatchObject([{ type: 'tell', daemon: 'LAST', wish: { wish: 'stopped' } }]);
  expect(planOf(reported(first.group, 'LAST', 'stopped', 2), 0).steps).toMatchObject([{ type: 'tell', daemon: 'FIRST', wish: { wish: 'stopped' } }]);
});

test('a wish that is older than the last one changes nothing', () => {
  const now = afterGroupNews(group, { type: 'wish', daemons: ['SYNC'], wish: { ...stopAll, sinceMs: 5 } });
  const later = afterGroupNews(now, { type: 'wish', daemons: ['SYNC'], wish: { ...stopAll, wish: 'running', sinceMs: 4 } });
  expect(later.daemons[1]?.wish.wish).toBe('stopped');
});

test('the brake holds further restarts back and says which, and grants them when the window is over', () => {
  const many = Array.from({ length: brakeRestartsMax + 2 }, (_, index) => row(`D${index}`));
  let now = planOf({ daemons: many.map((one) => newManaged(one)), orders: [], grantedAtMs: [] }, 0).group;
  for (const { id } of many) now = afterGroupNews(now, { type: 'report', daemon: id, report: { state: 'backing-off', seq: 4 } });
  const plan = planOf(now, 1_000);
  expect(plan.steps).toHaveLength(brakeRestartsMax);
  expect(plan).toMatchObject({ held: [`D${brakeRestartsMax}`, `D${brakeRestartsMax + 1}`], brakedUntilMs: 1_000 + brakeWindowMs });
  expect(planOf(plan.group, 2_000).steps).toEqual([]);
  expect(planOf(plan.group, 1_000 + brakeWindowMs)).toMatchObject({ steps: [{ type: 'grant' }, { type: 'grant' }], held: [] });
});

test('the brake counts a grant from the time at which it was sent, and not from its plan', () => {
  const many = Array.from({ length: brakeRestartsMax + 1 }, (_, index) => row(`D${index}`));
  let now = planOf({ daemons: many.map((one) => newManaged(one)), orders: [], grantedAtMs: [] }, 0).group;
  for (const { id } of many) now = reported(now, id, 'backing-off', 4);
  const plan = planOf(now, 1_000);
  const sentAtMs = plan.steps.map(() => 21_000);
  const after = afterCarryOut(now, plan.group, sentAtMs);
  expect(planOf(after, 1_000 + brakeWindowMs)).toMatchObject({ steps: [], brakedUntilMs: 21_000 + brakeWindowMs });
  expect(planOf(after, 21_000 + brakeWindowMs)).toMatchObject({ steps: [{ type: 'grant', daemon: `D${brakeRestartsMax}` }] });
});

test('the start of a command daemon goes on beside everything else: no message reaches the daemon before the end of its start, and none is lost', () => {
  const program: DaemonRow = { ...row('web'), executor: 'process', process: { node: 'a', declaration: 'x', restart: 'always' } };
  const fresh: Group = { daemons: [newManaged(program), newManaged(row('SYNC', ['web']))], orders: [], grantedAtMs: [] };
  const first = planOf(fresh, 0);
  expect(first.steps.map(({ type, daemon }) => `${type} ${daemon}`)).toEqual(['start web']);
  const missed = wished(afterGroupNews(first.group, { type: 'gone', daemons: ['web'] }), 'web', 'stopped', 1);
  const orders = afterGroupNews(missed, { type: 'orders', orders: [{ daemon: 'web', verb: 'restart', by: 'ada', reason: 'try' }] });
  expect(planOf(orders, 0).steps.map(({ type, daemon }) => `${type} ${daemon}`)).toEqual(['start SYNC']);
  const ended = planOf(afterGroupNews(missed, { type: 'started', daemons: ['web'], failed: false }), 0);
  expect(ended.steps).toContainEqual(expect.objectContaining({ type: 'tell', daemon: 'web', wish: expect.objectContaining({ wish: 'stopped' }) }));
  const failed = planOf(afterGroupNews(first.group, { type: 'started', daemons: ['web'], failed: true }), 0);
  expect(failed.steps.map(({ type, daemon }) => `${type} ${daemon}`)).toEqual(['start web']);
});
