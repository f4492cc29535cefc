/** Old or missing evidence is named, and the cluster is not ready while there is any. */
import { describe, expect, test } from 'vitest';
import type { LauncherLook } from '../../../src/domain/cluster/status.ts';
import { notReady, sweepAgeMsMax, watchesOf, type WatchEvidence } from '../../../src/domain/cluster/watch.ts';
import { dutyRunMsMax } from '../../../src/domain/cluster/duty.ts';
import { keepMs, keepRoundsMax } from '../../../src/domain/limits.ts';
import type { NodeView } from '../../../src/domain/node/node.ts';
import { AgeOf } from '../../../src/service/cluster/age-of.ts';
import { ClockWatch } from '../../../workers/control/clock-watch.ts';
import { sayUnheard } from '../../../src/service/node/say-unheard.ts';

const gateway = { name: 'gateway', pid: 7, state: 'running', restarts: 0, sinceMs: 0 } as const;
const look: LauncherLook = { launcher: 'replies', processes: [gateway] };
const parts: WatchEvidence = { look, nodesAgeMs: 3_000, sweepIntervalMs: 2_000, keeper: { roundAgeMs: 5_000, startedAgain: [] }, daemons: [] };
const reasons = (over: Partial<WatchEvidence>): readonly string[] => notReady(watchesOf({ ...parts, ...over }));

describe('the watch over the watchers', () => {
  test('is content while every part was seen at work lately', () => {
    expect(reasons({})).toEqual([]);
    expect(watchesOf(parts).map(({ name, ageMs }) => [name, ageMs])).toEqual([
      ['launcher', 0],
      ['processes', 0],
      ['nodes', 3_000],
      ['workflows', 5_000],
      ['daemons', 0],
      ['duties', 0],
      ['events', 0],
      ['items', 0],
      ['pause', 0],
      ['clock', 0],
    ]);
  });

  test('names a backup that does not end, and the cluster stays ready', () => {
    const hung = { duties: [{ name: 'backup', runningSinceMs: 0 }], nowMs: dutyRunMsMax + 60_000 } as const;
    expect(reasons(hung)).toEqual([]);
    expect(watchesOf({ ...parts, ...hung }).find(({ name }) => name === 'duties')).toMatchObject({
      notice: true,
      detail: 'the backup of the ledgers has not ended for 1860 s: a disk that it needs does not answer',
    });
    expect(watchesOf({ ...parts, ...hung, nowMs: 60_000 }).find(({ name }) => name === 'duties')).not.toHaveProperty('notice');
  });

  test.each<[string, Partial<WatchEvidence>, RegExp]>([
    ['a launcher that is gone', { look: { ...look, launcher: 'absent' } }, /launcher is gone/],
    ['a launcher that hangs', { look: { ...look, launcher: 'silent' } }, /launcher does not reply/],
    ['a record that the launcher cannot write', { look: { ...look, fileFailure: 'x (ENOSPC)' } }, /cannot write x \(ENOSPC\)/],
    ['a process that does not run', { look: { ...look, processes: [{ ...gateway, state: 'starting' }] } }, /gateway is starting/],
    [
      'a process without a sign of life',
      { look: { ...look, processes: [{ ...gateway, silentSeconds: 12 }] } },
      /gateway shows no sign of life for 12 s/,
    ],
    ['nodes that were never looked at', { nodesAgeMs: undefined }, /not looked at yet/],
    ['an old look at the nodes', { nodesAgeMs: sweepAgeMsMax(2_000) + 1 }, /not looked at for 51 s/],
    ['a round over the workflows that failed', { keeper: { failure: 'no server', startedAgain: [] } }, /not known \(no server\)/],
    ['no round over the workflows yet', { keeper: { startedAgain: [] } }, /not looked at yet/],
    [
      'events that the log does not take',
      { events: { waiting: 3, waitedMs: 45_000, failure: { message: 'Cannot append because it is full', hint: { say: 'room' } } } },
      /^3 events wait for the event log for 45 s: Cannot append because it is full$/,
    ],
    ['events that nothing moves', { events: { waiting: 1, waitedMs: 45_000 } }, /^1 event waits .* the ledger worker does not move them$/],
    [
      'a log that cannot be read',
      { events: { waiting: 0, unread: { message: 'Cannot read a ledger because it is damaged', hint: { run: 'ringmaster doctor' } } } },
      /^no event is delivered: Cannot read a ledger because it is damaged$/,
    ],
    [
      'events that wait for a subscriber',
      {
        events: {
          waiting: 0,
          subscribers: [
            { subscriber: 'dispatcher', lag: 1, lagMs: 90_000, dead: 0, skipped: 0 },
            { subscriber: 'other', lag: 1, lagMs: 9_000, dead: 0, skipped: 0 },
          ],
        },
      },
      /^1 event waits for subscriber dispatcher for 90 s$/,
    ],
    ['an old round over the workflows', { keeper: { roundAgeMs: keepMs * keepRoundsMax + 1, startedAgain: [] } }, /not looked at for 90 s/],
  ])('names %s', (_, over, reason) => {
    expect(reasons(over)).toEqual([expect.stringMatching(reason)]);
  });

  test('says that events are dead or were skipped, and is ready', () => {
    const late = { lag: 0, dead: 2, skipped: 7, skippedAgoMs: 3_600_000 };
    const events = { waiting: 0, subscribers: [{ subscriber: 'dispatcher', ...late }] };
    expect(reasons({ events })).toEqual([]);
    expect(watchesOf({ ...parts, events }).find(({ name }) => name === 'events')).toMatchObject({
      notice: true,
      detail: '2 events are dead for dispatcher; dispatcher did not get 7 events',
      hint: { run: 'ringmaster event dead list' },
    });
    const old = { waiting: 0, subscribers: [{ subscriber: 'dispatcher', ...late, dead: 0, skippedAgoMs: 25 * 3_600_000 }] };
    expect(watchesOf({ ...parts, events: old }).find(({ name }) => name === 'events')).not.toHaveProperty('notice');
  });

  test('says that a workflow was gone, and is ready', () => {
    const watches = watchesOf({ ...parts, keeper: { roundAgeMs: 0, startedAgain: [{ workflow: 'nodes', agoMs: 61_000 }] } });
    expect(notReady(watches)).toEqual([]);
    expect(watches.find(({ name }) => name === 'workflows')?.detail).toMatch(/nodes was gone and was started again 61 s ago/);
  });
});

describe('the age of evidence', () => {
  const hour = 3_600_000;

  test('is that of the clock until the evidence changes, and then also that of a clock that does not step', () => {
    const age = new AgeOf(5_000);
    expect(age.ageMs(1_000, 4_000, 0)).toBe(3_000);
    expect(age.ageMs(5_000, 6_000, 2_000)).toBe(1_000);
  });

  test('is not an hour after a step forward, and not zero for an hour after a step back', () => {
    const forward = new AgeOf(5_000);
    forward.ageMs(0, 0, 0);
    expect(forward.ageMs(1_000, 1_000 + hour, 1_000)).toBe(5_000);
    const back = new AgeOf(5_000);
    back.ageMs(hour, hour, 0);
    back.ageMs(hour + 1_000, hour + 1_000, 1_000);
    expect(back.ageMs(hour + 1_000, 60_000, 61_000)).toBe(60_000);
  });
});

describe('a node that does not respond', () => {
  const view: NodeView = {
    node: 'b' as NodeView['node'],
    state: 'alive',
    sinceMs: 0,
    route: 'gateway',
    slots: 1,
    labels: [],
    evidence: '',
    observedAtMs: 0,
  };
  const around = {
    nodeLimits: { suspectAfterSeconds: 5, unreachableAfterSeconds: 15, lostAfterSeconds: 300 },
    nodes: [view, { ...view, node: 'c' as NodeView['node'] }],
  };

  test('has a sentence with its last response and with what happens when', () => {
    expect(sayUnheard({ ...view, lookAgeMs: 1_000 }, around, 1_000)).toBeUndefined();
    expect(sayUnheard({ ...view, state: 'unreachable', heardAtMs: 5_000 }, around, 100_000)).toMatch(
      /responded last 1m35s ago \(00:00:05 UTC\).*unreachable.*5m00s, in 3m25s at the earliest, it is declared lost/,
    );
    expect(sayUnheard({ ...view, state: 'lost', heardAtMs: 5_000 }, around, 100_000)).toMatch(/declared lost/);
    expect(sayUnheard({ ...view, isLookOld: true, lookAgeMs: 60_000 }, around, 60_000)).toMatch(
      /^Not looked at since 00:00:00 UTC \(1m00s\); it was alive then/,
    );
  });
});

test('a step of the clock is shown, and the cluster stays ready', () => {
  const said: string[] = [];
  const clock = new ClockWatch((line) => said.push(line));
  clock.close();
  const [wallMs, steadyMs] = [Date.now(), performance.now()];
  clock.sample(wallMs + 5_000, steadyMs + 5_000);
  expect(clock.look(steadyMs)).toBeUndefined();
  clock.sample(wallMs + 10_000 - 3_600_000, steadyMs + 10_000);
  expect(clock.look(steadyMs + 12_000)).toEqual({ stepMs: expect.closeTo(-3_600_000, -2) as number, agoMs: 2_000 });
  const watches = watchesOf({ ...parts, clock: clock.look(steadyMs + 12_000) });
  expect(notReady(watches)).toEqual([]);
  expect(watches.find(({ notice }) => notice === true)?.detail).toMatch(/set back by 3600 s/);
  expect(said).toHaveLength(1);
  expect(clock.look(steadyMs + 2 * 3_600_000)).toBeUndefined();
});

test('a removal time that is days behind the clock is shown, and the cluster stays ready', () => {
  const watches = watchesOf({ ...parts, removalLagMs: 100 * 86_400_000 });
  expect(notReady(watches)).toEqual([]);
  expect(watches.find(({ notice }) => notice === true)?.detail).toMatch(/100\.0 days behind the clock/);
});
