import { expect, test } from 'vitest';
import { decideWait, type MissingDaemon } from '../../../src/domain/daemon/await-daemons.ts';
import { daemonCheckMsMax, daemonCheckMsMin, daemonWaitMsMax } from '../../../src/domain/limits.ts';

const waiting = { pipeline: 'cf', turn: 3, stage: 'evaluate' } as const;
const stopped: MissingDaemon = { id: 'EVALUATION', state: 'stopped', because: 'ada@home stopped it (quiet)' };

test('a turn waits for a daemon with longer and longer rests, and says why the daemon does not run', () => {
  expect(decideWait([stopped], waiting, 0)).toEqual({
    type: 'wait',
    restMs: daemonCheckMsMin,
    detail: 'waits for EVALUATION, which is stopped because ada@home stopped it (quiet)',
  });
  expect(decideWait([stopped], waiting, 4 * 3_600_000)).toMatchObject({ restMs: 12 * 60_000 });
  expect(decideWait([stopped], waiting, daemonWaitMsMax - 1)).toMatchObject({ restMs: daemonCheckMsMax });
});

test.each<[string, Partial<MissingDaemon>, number, string, string]>([
  [
    'that has failed',
    { state: 'failed', failed: { id: 'EVALUATION', because: 'its work failed: x', code: 'ledger.corrupt' } },
    0,
    'it needs EVALUATION, and EVALUATION has failed (ledger.corrupt): its work failed: x',
    'ringmaster daemon reset EVALUATION',
  ],
  [
    'that waits for one that has failed',
    { state: 'waiting', failed: { id: 'EVENT_ROUTER', because: 'its work failed: x' } },
    0,
    'it needs EVALUATION, which needs EVENT_ROUTER, and EVENT_ROUTER has failed: its work failed: x',
    'ringmaster daemon reset EVENT_ROUTER',
  ],
  [
    'that was stopped for a day',
    {},
    daemonWaitMsMax,
    'it needs EVALUATION, which is stopped for 24 hours: ada@home stopped it (quiet)',
    'ringmaster daemon start EVALUATION',
  ],
  [
    'that did not run for a day',
    { state: 'backing-off', because: 'its work was lost' },
    daemonWaitMsMax,
    'it needs EVALUATION, which is backing-off for 24 hours: its work was lost',
    'ringmaster daemon show EVALUATION',
  ],
])('a turn ends at a daemon %s', (_, over, waitedMs, because, run) => {
  const failing = { ...stopped, ...over };
  // A second daemon of the stage, which is only stopped, changes nothing.
  const other = { ...stopped, id: 'AUTO_PROMOTION' };
  const end = decideWait(failing.failed === undefined ? [failing, other] : [other, failing], waiting, waitedMs);
  expect(end).toMatchObject({
    type: 'end',
    failure: { code: 'daemon.not-running', message: `Cannot begin evaluate of turn 3 of cf because ${because}`, hint: { run } },
  });
});
