/** JOB_REAPER ends only what the watch over a job has missed, on nodes that are alive, and no clock that is set ends a job. */
import { describe, expect, it, test } from 'vitest';
import type { ItemId, NodeId } from '../../../src/domain/ids.ts';
import { type AgedJob, askedMax, decideReaper, reapAgainMs, reapsMax, slackMsOf, strayLooksMax } from '../../../src/duty/job-reaper.ts';
import { SteadyAges } from '../../../src/duty/steady-ages.ts';

const nowMs = 1_000_000_000;
const [a, b] = ['a', 'b'] as [NodeId, NodeId];
const job = (changes: Partial<AgedJob> = {}): AgedJob => ({
  item: 'x.1' as ItemId,
  epoch: 2,
  kind: 'self-play',
  node: a,
  claimedAtMs: 0,
  runSecondsMax: 60,
  ageMs: 60_000 + slackMsOf['self-play'] + 1,
  ...changes,
});
const none = { asked: {}, looked: { [a]: nowMs, [b]: nowMs } };

describe('a job', () => {
  it.each<[string, AgedJob, readonly NodeId[], readonly string[]]>([
    ['over its run limit and the slack of its kind is asked to end', job(), [a], ['reap-job']],
    ['at its limit is left to its workflow', job({ ageMs: 60_000 + slackMsOf['self-play'] }), [a], []],
    ['of a kind with more slack is left to its workflow', job({ kind: 'train' }), [a], []],
    ['on a node that is not alive waits for the verdict about the node', job(), [b], []],
  ])('%s', (_case, one, alive, steps) => {
    expect(decideReaper({ jobs: [one], alive }, none, nowMs).steps.map(({ type }) => type)).toEqual(steps);
  });

  it('that is still open later is asked again, and the duty is unwell until it has ended', () => {
    const seen = { jobs: [job()], alive: [a] };
    const first = decideReaper(seen, none, nowMs);
    expect(first).toMatchObject({ health: { healthy: true }, memory: { asked: { 'x.1/2': nowMs } } });
    expect(first.steps).toMatchObject([{ type: 'reap-job', job: { item: 'x.1', epoch: 2 }, node: 'a', because: expect.stringContaining('61 min') }]);
    const soon = decideReaper(seen, { ...none, asked: first.memory.asked }, nowMs + 60_000);
    expect(soon.steps.filter(({ type }) => type === 'reap-job')).toEqual([]);
    const later = decideReaper(seen, soon.memory, nowMs + reapAgainMs);
    expect(later.steps).toMatchObject([{ type: 'reap-job' }]);
    expect(later.health).toMatchObject({ healthy: false, message: '1 jobs were asked to end and hold their slots still: x.1/2 on a' });
    expect(decideReaper({ jobs: [], alive: [a] }, later.memory, nowMs + reapAgainMs)).toMatchObject({
      health: { healthy: true },
      memory: { asked: {} },
    });
  });
});

test('of many jobs over every limit, a round asks some, each job is asked once in ten minutes, and no more than a bound are open and asked', () => {
  const jobs = Array.from({ length: 2 * askedMax }, (_, k) => job({ item: `x.${k}` as ItemId }));
  let memory = none;
  const asked: string[][] = [];
  for (let round = 0; round < askedMax / reapsMax + 2; round += 1) {
    const decided = decideReaper({ jobs, alive: [a] }, memory, nowMs + round * 60_000);
    memory = decided.memory;
    asked.push(decided.steps.flatMap((step) => (step.type === 'reap-job' ? [step.job.item] : [])));
  }
  expect(asked.map(({ length }) => length)).toEqual(Array.from({ length: askedMax / reapsMax + 2 }, () => reapsMax));
  expect(new Set(asked.flat()).size).toBe(askedMax);
  expect(Object.keys(memory.asked)).toHaveLength(askedMax);
});

test('each alive node is looked at once an hour, a few nodes a round, and no node in the first round after a start', () => {
  const alive = Array.from({ length: strayLooksMax + 3 }, (_, k) => `n${k}` as NodeId);
  const seen = { jobs: [], alive };
  const first = decideReaper(seen, undefined, nowMs);
  expect(first.steps).toEqual([]);
  const second = decideReaper(seen, first.memory, nowMs + 60_000);
  expect(second.steps.map((step) => step.type === 'end-strays' && step.node)).toEqual(alive.slice(0, strayLooksMax));
  const third = decideReaper(seen, second.memory, nowMs + 120_000);
  expect(third.steps).toHaveLength(3);
  expect(decideReaper(seen, third.memory, nowMs + 180_000).steps).toEqual([]);
  // A clock that was set back delays no look.
  expect(decideReaper(seen, third.memory, nowMs - 1).steps).toHaveLength(strayLooksMax);
});

test('an age is counted by a clock that does not step, from the first time that the thing is seen', () => {
  let steadyMs = 5;
  const ages = new SteadyAges(() => steadyMs);
  expect([...ages.agesOf(['x'])]).toEqual([['x', 0]]);
  steadyMs = 15;
  expect([...ages.agesOf(['x', 'y'])]).toEqual([
    ['x', 10],
    ['y', 0],
  ]);
  ages.agesOf(['y']);
  steadyMs = 20;
  expect(ages.agesOf(['x', 'y']).get('x')).toBe(0);
});
