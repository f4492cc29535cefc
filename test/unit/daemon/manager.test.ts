import { expect, test } from 'vitest';
import { afterGroupNews, brakeRestartsMax, brakeWindowMs, type Group, newManaged, planOf } from '../../../src/domain/daemon/manager.ts';
import { row } from './make-daemon.ts';

const group: Group = { daemons: [newManaged(row('ROUTER', [], true)), newManaged(row('SYNC', ['ROUTER']))], orders: [], grantedAtMs: [] };
const reported = (before: Group, daemon: string, state: 'running' | 'stopped' | 'failed', seq: number): Group =>
  afterGroupNews(before, { type: 'report', daemon, report: { state, seq } });
const stopAll = { wish: 'stopped', by: 'ada@home', reason: 'a test', sinceMs: 1, inOrder: true } as const;

test('the manager starts each daemon, sends the missing dependencies, and sends them again only when they change', () => {
  const first = planOf(group, 0);
  expect(first.steps.map(({ type, daemon }) => `${type} ${daemon}`)).toEqual(['start ROUTER', 'start SYNC']);
  expect(first.steps[1]).toMatchObject({ missing: ['ROUTER'], wish: { wish: 'running' } });
  expect(planOf(first.group, 0).steps).toEqual([]);
  const second = planOf(reported(first.group, 'ROUTER', 'running', 1), 0);
  expect(second.steps).toMatchObject([{ type: 'tell', daemon: 'SYNC', missing: [] }]);
  expect(planOf(reported(second.group, 'ROUTER', 'failed', 0), 0).steps).toEqual([]);
});

test('a stop of all reaches a daemon after everything that needs it has stopped', () => {
  let now = planOf(reported(reported(planOf(group, 0).group, 'ROUTER', 'running', 1), 'SYNC', 'running', 1), 0).group;
  now = afterGroupNews(now, { type: 'wish', daemons: ['ROUTER', 'SYNC'], wish: stopAll });
  const first = planOf(now, 0);
  expect(first.steps).toMatchObject([{ type: 'tell', daemon: 'SYNC', wish: { wish: 'stopped' } }]);
  expect(planOf(reported(first.group, 'SYNC', 'stopped', 2), 0).steps).toMatchObject([{ type: 'tell', daemon: 'ROUTER', wish: { wish: 'stopped' } }]);
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
