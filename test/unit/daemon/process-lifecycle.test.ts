/** The lifecycle of a command daemon: what each end of its program means, and that no second process starts while the first may live. */
import { expect, test } from 'vitest';
import type { DaemonRow, RestartPolicy } from '../../../src/domain/daemon/daemon.ts';
import { afterLoss, afterNews, type DaemonNews, mustHalt } from '../../../src/domain/daemon/lifecycle.ts';
import { nextMove } from '../../../src/domain/daemon/next-move.ts';
import { failureRecord } from '../../../src/domain/failure/record.ts';
import { byOperator, failureOf, needs, row, Story, unwell, well } from './make-daemon.ts';

const record = failureRecord('daemon.exited', { cannot: 'keep web running', because: 'its program ended', hint: { say: 'its log' } });
const exits = (type: 'well' | 'failed'): DaemonNews => ({ type: 'exited', exit: { type, record } });
const interrupted: DaemonNews = { type: 'exited', exit: { type: 'interrupted', because: 'node a was restarted' } };
const webRow = (restart: RestartPolicy = 'always', declaration = 'one'): DaemonRow => ({
  ...row('web', [], true),
  executor: 'process',
  process: { node: 'a', declaration, restart },
});
const running = (restart: RestartPolicy = 'always'): Story => {
  const story = new Story(webRow(restart));
  expect(story.hear(needs(), well)).toBe('running');
  return story;
};
const moveOf = ({ daemon, row: of, nowMs }: Story): string => nextMove({ daemon, row: of, isWoken: true, restMs: 1 }, nowMs).type;

test.each([
  ['always', 'well', 'backing-off'],
  ['always', 'failed', 'backing-off'],
  ['on-failure', 'well', 'stopped'],
  ['on-failure', 'failed', 'backing-off'],
  ['never', 'well', 'stopped'],
  ['never', 'failed', 'failed'],
] as const)('under the policy %s a program that ended %s makes its daemon %s', (policy, end, state) => {
  const story = running(policy);
  expect(story.hear(exits(end))).toBe(state);
  expect(story.daemon.holds).toBeUndefined();
  expect(story.wait(10_000)).toBe(state === 'backing-off' ? 'starting' : state);
});

test.each([byOperator('start'), byOperator('restart'), byOperator('reset'), { type: 'changed' } as const])(
  'a program that has ended well starts again after %j',
  (news) => {
    const story = running('never');
    story.hear(exits('well'));
    expect(story.hear(news)).toBe('starting');
  },
);

test('a program that ends again and again fails, and a program that a restart of its node interrupted starts at once, without a failure', () => {
  const story = running();
  for (let time = 0; time < 5; time += 1) {
    story.hear(exits('failed'));
    story.wait(16);
  }
  expect(story.hear(exits('failed'))).toBe('failed');
  const other = running();
  expect(other.hear(interrupted)).toBe('starting');
  expect(other.daemon).toMatchObject({ restarts: 0, holds: 'one' });
});

test.each([
  ['a stop', byOperator('stop'), 'stopping', 'stopped'],
  ['a restart', byOperator('restart'), 'stopping', 'starting'],
  ['a missing dependency', needs('db'), 'waiting', 'waiting'],
] as const)('after %s the process is ended before anything else', (_what, news, before, after) => {
  const story = running();
  expect(story.hear(news)).toBe(before);
  expect(moveOf(story)).toBe('halt');
  // The node does not answer for a while. Nothing starts meanwhile.
  expect(story.wait(100)).toBe(before);
  expect(story.hear(byOperator(before === 'waiting' ? 'reset' : 'start'))).toBe(before);
  if (before === 'stopping' && after === 'stopped') story.hear(byOperator('stop'));
  expect(story.hear({ type: 'ended' })).toBe(after);
});

test('a program that hangs is ended before it starts again; after a lost connection it is adopted', () => {
  const hung = running();
  hung.hear(failureOf('its check got no answer', 'hung'));
  expect(moveOf(hung)).toBe('halt');
  expect(hung.wait(100)).toBe('backing-off');
  expect(hung.hear({ type: 'ended' })).toBe('starting');
  const lost = running();
  lost.hear(failureOf('the node does not answer', 'gone'));
  expect(mustHalt(lost.daemon)).toBe(false);
  expect(lost.wait(100)).toBe('starting');
});

test('another declaration replaces the process, and a daemon that left the cluster file is ended with its workflow', () => {
  const story = running();
  story.row = webRow('always', 'two');
  expect(story.hear({ type: 'time' })).toBe('stopping');
  expect(story.hear({ type: 'ended' })).toBe('starting');
  expect(story.daemon.holds).toBe('two');
  story.hear(well);
  story.row = { ...story.row, process: { node: 'a', declaration: 'two', restart: 'never', isRetired: true } };
  expect(story.hear({ type: 'time' })).toBe('stopping');
  expect(moveOf(story)).toBe('halt');
  expect(story.hear({ type: 'ended' })).toBe('stopped');
  expect(moveOf(story)).toBe('retire');
});

test('a lost workflow changes nothing about the process, in each state', () => {
  const states = [running(), running(), running(), running()] as const;
  states[1].hear(unwell);
  states[2].hear(failureOf('hung', 'hung'));
  states[3].hear(byOperator('stop'));
  for (const { daemon, row: of, nowMs } of states) {
    const after = afterLoss(daemon, { record }, [], of, nowMs);
    expect({ state: after.state, holds: after.holds, restarts: after.restarts }).toEqual({
      state: daemon.state,
      holds: 'one',
      restarts: daemon.restarts,
    });
  }
  expect(afterNews(states[3].daemon, { type: 'ended' }, webRow(), 0).state).toBe('stopped');
});
