import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { withHeartbeat } from '../../../activities/with-heartbeat.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Runs a step inside an activity for the given number of seconds, and returns the details of the heartbeats. */
async function beatsOf(seconds: number, details?: () => unknown, ends?: () => void, everyMs?: number): Promise<readonly unknown[]> {
  const beats: unknown[] = [];
  const environment = new MockActivityEnvironment();
  environment.on('heartbeat', (told: unknown) => beats.push(told));
  const step = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1_000)).then(ends);
  const ended = environment.run(() => withHeartbeat(step, details, everyMs)).catch(() => undefined);
  await vi.advanceTimersByTimeAsync(seconds * 1_000);
  await ended;
  return beats;
}

it('sends a heartbeat every two seconds, but not at the beginning, with the current details', async () => {
  let known = 0;
  expect(await beatsOf(7, () => (known += 1))).toEqual([1, 2, 3]);
  expect(await beatsOf(5)).toEqual([undefined, undefined]);
  expect(await beatsOf(1)).toEqual([]);
  // The looks at the daemons ask for fewer.
  expect(await beatsOf(25, undefined, undefined, 10_000)).toEqual([undefined, undefined]);
});

it('sends no more heartbeats after the step has succeeded or failed', async () => {
  await beatsOf(1);
  expect(vi.getTimerCount()).toBe(0);
  await beatsOf(1, undefined, () => {
    throw new Error('of a test');
  });
  expect(vi.getTimerCount()).toBe(0);
});
