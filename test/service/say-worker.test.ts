import { expect, test } from 'vitest';
import { isEndShown, sayWorker } from '../../src/service/node/say-worker.ts';

const server = 'at home.example.org:7233';
const ended = { pid: 7, atMs: 60_000, how: 'it exited with 1; the end of its log: Error: no room' };

test('a worker: what it does, and why it does not', () => {
  expect(sayWorker({ route: 'gateway' }, 0)).toBeUndefined();
  expect(sayWorker({ route: 'resident', worker: { server } }, 0)).toBe(`its worker reaches the server ${server}`);
  expect(sayWorker({ route: 'gateway', worker: { server } }, 0)).toBe(`its worker is starting and is to reach the server ${server}`);
  expect(sayWorker({ route: 'gateway', worker: { server, fault: 'a.b: No.' } }, 0)).toBe('its worker does not run, and calls go over SSH. a.b: No.');
  expect(sayWorker({ route: 'gateway', worker: { server, isOld: true } }, 0)).toBe(
    'its worker was started for an earlier cluster file or by another release, and is being replaced; new calls go over SSH',
  );
  expect(sayWorker({ route: 'gateway', worker: { server, isOld: true, fault: 'a.b: No.' } }, 0)).toMatch(
    /and cannot be replaced; new calls go over SSH\. a\.b: No\.$/,
  );
});

test('an end is shown for an hour, and as long as no worker runs', () => {
  const said = 'A worker (pid 7) ended by itself 1m00s ago: it exited with 1; the end of its log: Error: no room';
  expect(sayWorker({ route: 'resident', worker: { server, ended } }, 120_000)).toBe(`its worker reaches the server ${server}. ${said}`);
  expect(isEndShown({ route: 'resident', worker: { server, ended } }, 3_700_000)).toBe(false);
  expect(isEndShown({ route: 'gateway', worker: { server, ended } }, 3_700_000)).toBe(true);
});
