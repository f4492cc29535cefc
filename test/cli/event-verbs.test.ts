/** Tests the verbs that show events, on the real program and the real server. */
import { describe, expect, test } from 'vitest';
import { parseTime } from '../../src/config/parse-time.ts';
import { explainId } from '../../src/service/explain/explain.ts';
import { formatExplanation } from '../../src/service/explain/format-explanation.ts';
import { fixtureReads } from './cli-run.ts';
import { withFixture } from './with-fixture.ts';

const { run } = withFixture();

describe('event', () => {
  test('list prints the events, the oldest first', async () => {
    const { code, stdout, stderr } = await run('event', 'list', '--since', '12h');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n').map((line) => line.slice(21).trim())).toEqual([
      'TYPE        WHAT',
      'NODE_LOST   c is lost: no answer for 60 s',
      'WORK_RETRY  try 1 of cf.2.self-play.7 failed on c (job.lost): it is pending again after 1 of 3 tries',
      '',
    ]);
    const wide = await run('event', 'list', '--type', 'node_lost', '-o', 'wide');
    expect(wide.stdout).toContain('0aaaaaaaa-bbbbbbbb');
    expect(wide.stdout).not.toContain('WORK_RETRY');
  });

  test('a wrong type, time or id gets a hint', async () => {
    expect(await run('event', 'list', '--type', 'NODE_LOTS')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is it NODE_LOST?') as string,
    });
    expect(await run('event', 'list', '--since', 'noon')).toMatchObject({ code: 2, stderr: expect.stringContaining('12h, 22:00') as string });
    expect(await run('event', 'show', '0aaaaaaaa-bbbbbbbc')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('is it 0aaaaaaaa-bbbbbbbb?') as string,
    });
    expect(await run('event', 'list', '--about', 'nobody')).toMatchObject({ code: 0, stdout: '', stderr: 'no event fits\n' });
  });

  test('trace shows the cause first and marks the event; show has the payload; stats count', async () => {
    const { stdout } = await run('event', 'trace', '0aaaaaaab-cccccccc');
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.slice(21, 34))).toEqual(['  NODE_LOST  ', '> WORK_RETRY ']);
    expect((await run('event', 'show', '0aaaaaaab-cccccccc')).stdout).toContain('cause     0aaaaaaaa-bbbbbbbb');
    const stats = await run('event', 'stats');
    expect(stats.stdout).toMatch(/^the log has 2 events, the oldest 1m\d+s ago$/m);
  });

  test('tail -o json prints one object a line', async () => {
    const { code, stdout } = await run('event', 'tail', '-o', 'json', '--times', '1');
    const lines = stdout.trim().split('\n');
    expect(code).toBe(0);
    expect(lines.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual(['NODE_LOST', 'WORK_RETRY']);
  });
});

describe('the subscribers', () => {
  test('subscriptions shows what each got, and what waits, is retried or is dead', async () => {
    const { code, stdout, stderr } = await run('event', 'subscriptions');
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'Next: ringmaster event dead list\n' });
    expect(stdout).toMatch(/^dispatcher +7 +1 +59(\.\d)?s +0 +1 +0 +Wakes the dispatcher\.$/m);
    expect((await run('event', 'subscriptions', '-o', 'wide')).stdout).toContain('NODE_LOST, WORK_RETRY');
  });

  test('stats has a line for each type of each subscriber', async () => {
    const { stdout } = await run('event', 'stats');
    expect(stdout).toMatch(/^TYPE +PUBLISHED +NEWEST$/m);
    expect(stdout).toMatch(/^SUBSCRIBER +TYPE +DELIVERED +LAG +RETRIED +DEAD$/m);
    expect(stdout).toMatch(/^dispatcher +WORK_RETRY +2 +0 +0 +1$/m);
  });

  test('dead list and dead show have the reason; an unknown subscriber or event gets a hint', async () => {
    const { stdout } = await run('event', 'dead', 'list', '--subscriber', 'dispatcher');
    expect(stdout).toMatch(/^0aaaaaaab-cccccccc +dispatcher +WORK_RETRY +5 +30(\.\d)?s +Cannot finish cf/m);
    const shown = await run('event', 'dead', 'show', '0aaaaaaab-cccccccc');
    expect(shown.stdout).toMatch(/^dead for dispatcher for 30(\.\d)?s, after 5 tries\nCannot finish cf/);
    expect(shown.stderr).toBe('Next: ringmaster event dead redrive dispatcher 0aaaaaaab-cccccccc\n');
    expect(await run('event', 'dead', 'list', '--subscriber', 'dispatchre')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is it dispatcher?') as string,
    });
    expect((await run('event', 'dead', 'show', 'nothing')).code).toBe(4);
  });
});

test('explain ends with the last events about the thing', async () => {
  const nowMs = Date.now();
  const found = await explainId(
    'c',
    fixtureReads({}, () => nowMs),
    nowMs,
  );
  expect(found?.events?.map(({ type }) => type)).toEqual(['NODE_LOST', 'WORK_RETRY']);
  expect(formatExplanation(found!, nowMs)).toContain('Last events\n  1m00s ago: NODE_LOST, c is lost: no answer for 60 s\n');
});

test('a time is a duration, a time of day, a date, or a date with a time', () => {
  const nowMs = new Date('2026-01-31T12:30:00').getTime();
  const local = (text: string): number => new Date(text).getTime();
  expect(parseTime('90m', nowMs)).toBe(nowMs - 90 * 60_000);
  expect(parseTime('12:00', nowMs)).toBe(local('2026-01-31T12:00:00'));
  expect(parseTime('22:15', nowMs), 'the last such moment was yesterday').toBe(local('2026-01-30T22:15:00'));
  expect(parseTime('2026-01-30', nowMs)).toBe(local('2026-01-30T00:00:00'));
  expect(parseTime('2026-01-30 9:05', nowMs)).toBe(local('2026-01-30T09:05:00'));
  expect(parseTime('2026-01-30T22:00:00Z', nowMs)).toBe(Date.UTC(2026, 0, 30, 22));
  for (const wrong of ['', 'noon', '25:00', '2026-13-01', '2026-02-30', '2026-02-29 10:00', '2026-04-31T10:00:00Z', '12 hours'])
    expect(parseTime(wrong, nowMs), wrong).toBeUndefined();
});
