import { expect, test } from 'vitest';
import { nextBackupInMs } from '../../../src/domain/ledger/backup.ts';
import { restoredEpochFloor } from '../../../src/domain/ledger/restored-epoch.ts';

const hour = 3_600_000;
const next = (times: { newestAtMs?: number; failedAtMs?: number; ownAgeMs?: number }): number =>
  nextBackupInMs({ ...times, everyMs: hour, retryMs: hour / 6 }, 100 * hour);

test('a backup is due at once without one, after the interval, and when the newest has a time of the future', () => {
  expect(next({})).toBe(0);
  expect(next({ newestAtMs: 99.5 * hour })).toBe(hour / 2);
  expect(next({ newestAtMs: 90 * hour })).toBe(0);
  expect(next({ newestAtMs: 900 * hour })).toBe(0);
});

test('after a failed run the next one waits a while, and a failure of before the newest backup does not count', () => {
  expect(next({ failedAtMs: 100 * hour })).toBe(hour / 6);
  expect(next({ newestAtMs: 50 * hour, failedAtMs: 100 * hour })).toBe(hour / 6);
  expect(next({ newestAtMs: 99.5 * hour, failedAtMs: 99 * hour })).toBe(hour / 2);
});

test('the floor of restored epochs grows with the age of the backup only when epochs can be unknown', () => {
  expect(restoredEpochFloor({ highest: 7, readWhole: true, backupAgeMs: 24 * hour })).toBe(1_007);
  expect(restoredEpochFloor({ highest: 7, readWhole: false, backupAgeMs: 24 * hour })).toBe(864_007);
  expect(restoredEpochFloor({ highest: 7, readWhole: false, backupAgeMs: -hour })).toBe(1_007);
});

test('after the clock was set back, the worker does not make one backup after another', () => {
  expect(next({ newestAtMs: 101 * hour, ownAgeMs: hour / 4 })).toBe((3 * hour) / 4);
  expect(next({ newestAtMs: 101 * hour })).toBe(0);
});
