/** A process is silent only when its sign of life stops changing while the watcher itself looks. */
import { expect, test } from 'vitest';
import { nextSilence, nextStop, noSilence, type Silence } from '../../src/process/silence.ts';

const lookMsMax = 10_000;
const after = (looks: readonly (readonly [beat: string | undefined, passedMs: number])[]): Silence =>
  looks.reduce((silence, [beat, passedMs]) => nextSilence(silence, beat, passedMs, lookMsMax), noSilence);

test('each change of the beat ends the silence, also a beat that is older by the clock', () => {
  expect(
    after([
      ['12:00', 5_000],
      ['12:00', 5_000],
      ['11:00', 5_000],
    ]),
  ).toEqual({ beat: '11:00', silentMs: 0 });
});

test('silence grows while the beat stays the same, or its file is gone', () => {
  expect(
    after([
      ['a', 5_000],
      ['a', 5_000],
      [undefined, 5_000],
    ]),
  ).toMatchObject({ silentMs: 10_000 });
});

test('a watcher that was stopped for an hour, or whose machine slept, blames no process', () => {
  expect(
    after([
      ['a', 5_000],
      ['a', 3_600_000],
    ]),
  ).toMatchObject({ silentMs: lookMsMax });
});

test('the time of a stop grows while the process is stopped, ends when it goes on, and counts at most `lookMsMax` between two looks', () => {
  expect(nextStop(0, true, 1_000, lookMsMax)).toBe(1_000);
  expect(nextStop(1_000, true, 3_600_000, lookMsMax)).toBe(1_000 + lookMsMax);
  expect(nextStop(4_000, false, 1_000, lookMsMax)).toBe(0);
});

test('a process that has never beaten is not judged', () => {
  expect(
    after([
      [undefined, 5_000],
      [undefined, 3_600_000],
    ]),
  ).toEqual(noSilence);
});
