import { expect, test } from 'vitest';
import { blamed, blameMs, errorRateOf, restOf } from '../../../src/domain/daemon/lifecycle.ts';
import { restOfLooked } from '../../../src/domain/daemon/look.ts';
import { failureRecord } from '../../../src/domain/failure/record.ts';
import { byOperator, failureOf, needs, Story, unwell, well } from './make-daemon.ts';

const running = (critical = false): Story => {
  const story = new Story(critical);
  expect(story.hear(needs(), well)).toBe('running');
  return story;
};

test('a daemon waits for its dependencies, starts, and runs after its first work', () => {
  const story = new Story();
  expect(story.hear(needs('EVENT_ROUTER'))).toBe('waiting');
  expect(story.daemon).toMatchObject({ missing: ['EVENT_ROUTER'], because: 'it needs EVENT_ROUTER' });
  story.hear(needs('CLUSTER_MONITOR'));
  expect(story.daemon.because).toBe('it needs CLUSTER_MONITOR');
  expect(story.hear(needs())).toBe('starting');
  expect(story.hear(well)).toBe('running');
  expect(story.daemon.health).toMatchObject({ healthy: true, message: 'all is well' });
});

test('a daemon that is unwell is degraded with the words of its duty, and runs again when it is well', () => {
  const story = running();
  expect(story.hear(unwell)).toBe('degraded');
  expect(story.daemon.because).toBe('no node answers');
  expect(story.hear(well)).toBe('running');
});

test('a daemon that fails again and again restarts after 1, 2, 4, 8 and 16 s, and fails then', () => {
  const story = running(true);
  for (const [index, seconds] of [1, 2, 4, 8, 16].entries()) {
    expect(story.hear(failureOf('the disk is full'))).toBe('backing-off');
    expect(story.daemon).toMatchObject({ restarts: index + 1, because: 'its work failed: Cannot work because the disk is full' });
    expect(story.wait(seconds - 0.001)).toBe('backing-off');
    expect(story.wait(0.001)).toBe('starting');
  }
  expect(story.hear(failureOf('the disk is full'))).toBe('failed');
  expect(story.wait(10_000)).toBe('failed');
  expect(story.hear(byOperator('start'))).toBe('failed');
  expect(story.hear(byOperator('reset'))).toBe('starting');
  expect(story.daemon.restarts).toBe(0);
});

test('a restart after a failure needs a grant for this failure, unless the daemon is critical', () => {
  const story = running();
  story.hear(failureOf('first'));
  const { seq } = story.daemon;
  expect(story.wait(100)).toBe('backing-off');
  expect(story.grant()).toBe('starting');
  story.hear(failureOf('second'));
  story.hear({ type: 'granted', seq });
  expect(story.wait(100)).toBe('backing-off');
});

test('two minutes without a failure forgive the restarts; a rest in between does not count', () => {
  const story = running(true);
  story.hear(failureOf('once'));
  story.wait(1);
  story.hear(well);
  story.wait(119);
  story.hear(well);
  expect(story.daemon.restarts).toBe(1);
  story.hear(needs('EVENT_ROUTER'));
  story.wait(100);
  story.hear(needs(), well);
  expect(story.daemon.restarts).toBe(1);
  story.wait(120);
  story.hear(well);
  expect(story.daemon.restarts).toBe(0);
});

test.each(['starting', 'running', 'degraded', 'backing-off'] as const)('a daemon that is %s waits when a dependency stops', (state) => {
  const story = new Story();
  story.hear(needs());
  if (state !== 'starting') story.hear(well);
  if (state === 'degraded') story.hear(unwell);
  if (state === 'backing-off') story.hear(failureOf('once'));
  expect(story.daemon.state).toBe(state);
  expect(story.hear(needs('EVENT_ROUTER'))).toBe('waiting');
  expect(story.hear(needs())).toBe('starting');
});

test('a daemon that failed because of a dependency starts when the dependency runs again; another failure stays', () => {
  const story = running(true);
  const fail = (): void => {
    for (const seconds of [1, 2, 4, 8, 16]) {
      story.hear(failureOf('no answer'));
      story.wait(seconds);
    }
    expect(story.hear(failureOf('no answer'))).toBe('failed');
  };
  fail();
  story.wait(30);
  story.hear(needs('EVENT_ROUTER'));
  expect(blamed(story.daemon)).toBe('EVENT_ROUTER');
  expect(story.hear(needs())).toBe('starting');
  story.wait(100);
  fail();
  story.wait(100);
  story.hear(needs('EVENT_ROUTER'));
  expect(story.hear(needs())).toBe('failed');
});

test('an operator stops a daemon for good: it stops after its work, and no news but a start brings it back', () => {
  const story = running();
  expect(story.hear(byOperator('stop'))).toBe('stopping');
  expect(story.hear(well)).toBe('stopped');
  for (const news of [well, unwell, failureOf('late'), needs('EVENT_ROUTER'), needs(), byOperator('reset')]) expect(story.hear(news)).toBe('stopped');
  expect(story.daemon.because).toBe('ada@home stopped it (a test)');
  expect(story.hear(byOperator('start'))).toBe('starting');
});

test('a restart by an operator stops the work, then starts it without a delay, and forgives the failures', () => {
  const story = running(true);
  story.hear(failureOf('once'));
  expect(story.hear(byOperator('restart'))).toBe('starting');
  expect(story.hear(well, byOperator('restart'))).toBe('stopping');
  expect(story.hear({ type: 'ended' })).toBe('starting');
  expect(story.daemon.restarts).toBe(0);
});

test('a daemon whose work fails more often than not is degraded, although its last work succeeded', () => {
  const story = running(true);
  story.wait(600);
  for (const _ of [1, 2, 3]) {
    story.hear(failureOf('now and then'));
    story.wait(20);
  }
  expect(story.hear(well)).toBe('degraded');
  expect(story.daemon.because).toBe('3 of its last 4 rounds of work failed');
  story.hear(well, well);
  expect(story.daemon.state).toBe('running');
});

test('work that was lost with its process does not degrade its daemon, and the delays still grow', () => {
  const story = running(true);
  story.wait(600);
  for (const seconds of [1, 2, 4, 8]) {
    story.hear(failureOf('its process was killed', 'gone'));
    expect(story.daemon.untilMs).toBe(story.nowMs + seconds * 1_000);
    story.wait(20);
  }
  expect(story.hear(well)).toBe('running');
  expect(errorRateOf(story.daemon)).toBe(0);
});

test('lost work is no failure: it does not count in `restarts`, does not bring a daemon nearer to failed, and is forgiven by a stable time', () => {
  const story = running(true);
  for (const _ of [1, 2, 3, 4, 5, 6]) {
    story.hear(failureOf('its process was killed', 'gone'));
    story.wait(16);
  }
  expect(story.daemon).toMatchObject({ state: 'starting', restarts: 0, losses: 6 });
  for (const count of [1, 2, 3, 4, 5]) {
    expect(story.hear(failureOf('it throws'))).toBe('backing-off');
    expect(story.daemon).toMatchObject({ restarts: count, untilMs: story.nowMs + 16_000 });
    story.wait(16);
  }
  expect(story.hear(failureOf('it throws'))).toBe('failed');
  const forgiven = running(true);
  forgiven.hear(failureOf('its process was killed', 'gone'));
  forgiven.wait(1);
  forgiven.hear(well);
  expect(restOfLooked(forgiven.daemon, 60_000, undefined)).toBe(60_000);
  forgiven.wait(120);
  forgiven.hear(well);
  expect(forgiven.daemon.losses).toBeUndefined();
  forgiven.hear(failureOf('its process was killed', 'gone'));
  expect(forgiven.daemon.untilMs).toBe(forgiven.nowMs + 1_000);
});

test('a clock that was set back does not make a delay longer', () => {
  const story = running(true);
  story.hear(failureOf('once'));
  story.nowMs -= 3_600_000;
  expect(restOf(story.daemon, story.nowMs)).toBe(0);
  expect(story.hear({ type: 'time' })).toBe('starting');
});

test('work that hangs again and again ends in failed; a failure that can pass by itself, and a process that is gone, do not', () => {
  const after = (kind: 'threw' | 'hung' | 'gone'): string => {
    const story = running(true);
    const record = failureRecord('transport.timeout', { cannot: 'work', because: 'nothing answered', hint: { say: 'again' } });
    for (let round = 0; round < 8; round += 1) {
      story.hear({ type: 'failed', failure: { kind, record } });
      story.wait(16);
    }
    return story.daemon.state;
  };
  expect([after('hung'), after('threw'), after('gone')]).toEqual(['failed', 'starting', 'starting']);
});

test('a daemon that only starts after another says so, and its failure is not the fault of the other', () => {
  const story = new Story({ critical: false, after: ['FIRST'] });
  expect(story.hear(needs('ROUTER', 'FIRST'))).toBe('waiting');
  expect(story.daemon.because).toBe('it needs ROUTER');
  story.nowMs += blameMs + 1;
  story.hear(needs('FIRST'));
  expect(story.daemon).toMatchObject({ state: 'waiting', because: 'it starts after FIRST' });
  expect(story.hear(needs(), failureOf('of the test'))).toBe('backing-off');
  expect(blamed(story.daemon)).toBeUndefined();
});

test('a daemon remembers the restarts that were granted to it lately, each once, and no stop or start makes it forget them', () => {
  const story = new Story();
  story.hear(needs(), well, failureOf('once'));
  story.wait(1);
  const { seq } = story.daemon;
  story.hear({ type: 'granted', seq: seq - 1 });
  expect(story.daemon.grantedAtMs).toBeUndefined();
  story.grant();
  story.hear({ type: 'granted', seq });
  expect(story.daemon).toMatchObject({ state: 'starting', grantedAtMs: [1_000] });
  story.hear(well, byOperator('stop'), { type: 'ended' }, byOperator('start'), well, failureOf('twice'));
  story.wait(9);
  story.grant();
  expect(story.daemon.grantedAtMs).toEqual([1_000, 10_000]);
  story.hear(well, failureOf('later'));
  story.wait(52);
  story.grant();
  expect(story.daemon.grantedAtMs).toEqual([10_000, 62_000]);
});

test('a daemon of `after` ends no work and delays no restart, and a need does both', () => {
  const story = new Story({ critical: true, after: ['FIRST'] });
  story.hear(needs(), well);
  expect(story.hear(needs('FIRST'))).toBe('running');
  expect(story.hear(failureOf('of the test'), needs('FIRST'))).toBe('backing-off');
  expect(story.wait(1)).toBe('starting');
  expect(story.hear(needs('FIRST', 'ROUTER'))).toBe('waiting');
});
