/** Tests the ledger of alerts on real files: each change with its event in one transaction, repeats, bounds, and silences. */
import { describe, expect, test } from 'vitest';
import type { Alert } from '../../../src/domain/alert/alert.ts';
import { markOf } from '../../../src/domain/alert/alert.ts';
import { silencesMax } from '../../../src/domain/limits.ts';
import { alertLimits } from '../../../src/storage/limits.ts';
import { happened, readerOf, typesOf } from '../event/pumped.ts';
import { failureOf, ledgerHarness } from '../state-folder.ts';

const firing: Alert = {
  id: 'NodeLost/b',
  rule: 'NodeLost',
  labels: { node: 'b' },
  state: 'firing',
  summary: 'node b is lost, and its jobs go to other nodes',
  forMs: 0,
  sinceMs: 10,
  held: { ms: 0, atMs: 10 },
  firedAtMs: 10,
};
const resolved: Alert = { ...firing, state: 'resolved', resolvedAtMs: 20 };

describe('changes', () => {
  test('each change is recorded once with its event, also when it comes twice or late', async () => {
    const on = ledgerHarness();
    const { activities } = on;
    const fire = { changes: [{ alert: firing }] };
    const resolve = { changes: [{ before: markOf(firing), alert: resolved }] };
    for (const change of [fire, fire, resolve, resolve, fire]) await activities.recordAlerts(change);
    expect(readerOf(on).knownAlerts()).toEqual([resolved]);
    const events = happened(on);
    expect(typesOf(events)).toEqual(['ALERT_FIRED', 'ALERT_RESOLVED']);
    expect(events[0]).toMatchObject({
      about: ['alert:NodeLost/b', 'alert:NodeLost', 'node:b'],
      actor: 'ALERT_MANAGER',
      text: 'NodeLost/b fires (critical): node b is lost, and its jobs go to other nodes',
    });
    expect(events[1]?.cause).toBe(events[0]?.id);
  });

  test('a pending alert and a new sentence are no events', async () => {
    const on = ledgerHarness();
    const pending: Alert = { ...firing, state: 'pending' };
    await on.activities.recordAlerts({ changes: [{ alert: pending }] });
    await on.activities.recordAlerts({ changes: [{ before: markOf(pending), alert: { ...pending, state: 'inactive' } }] });
    await on.activities.recordAlerts({ changes: [{ before: markOf({ ...pending, state: 'inactive' }), alert: firing }] });
    await on.activities.recordAlerts({ changes: [{ before: markOf(firing), alert: { ...firing, summary: 'still' } }] });
    expect(readerOf(on).knownAlerts()).toMatchObject([{ state: 'firing', summary: 'still' }]);
    expect(typesOf(happened(on))).toEqual(['ALERT_FIRED']);
  });

  test('when one change fails, neither the others nor their events are recorded', async () => {
    const on = ledgerHarness();
    const bad = { ...firing, id: 'NodeLost/c', state: 'unknown' } as unknown as Alert;
    await expect(on.activities.recordAlerts({ changes: [{ alert: firing }, { alert: bad }] })).rejects.toThrow('CHECK constraint');
    expect([readerOf(on).knownAlerts(), happened(on)]).toEqual([[], []]);
  });

  test('the ledger keeps the newest of the alerts that are over, and every alert that fires', async () => {
    const on = ledgerHarness();
    await on.activities.recordAlerts({ changes: [{ alert: firing }] });
    const over = Array.from({ length: alertLimits.endedMax + 20 }, (_, k) => ({ alert: { ...resolved, id: `NodeLost/n${k}` } }));
    for (let at = 0; at < over.length; at += 100) await on.activities.recordAlerts({ changes: over.slice(at, at + 100) });
    const known = readerOf(on).knownAlerts();
    expect(known).toHaveLength(alertLimits.endedMax + 1);
    expect(known.some(({ id }) => id === 'NodeLost/b')).toBe(true);
  });
});

describe('silences', () => {
  const request = { verb: 'silence', targets: ['NodeLost/b'], by: 'ada@desk', reason: 'a new disk', forSeconds: 60 } as const;

  test('a silence holds until its end, a new one takes its place, and an end is an event', async () => {
    const on = ledgerHarness();
    const { clock, activities } = on;
    await activities.silenceAlerts(request);
    const { silences } = await activities.silenceAlerts({ ...request, forSeconds: 120 });
    expect(silences).toMatchObject([{ target: 'NodeLost/b', by: 'ada@desk', untilMs: clock.nowMs + 120_000 }]);
    const stored = on.ledgers.alerts.ledger.statement('SELECT target, until_ms FROM silences').all();
    expect(stored).toEqual([{ target: 'NodeLost/b', until_ms: clock.nowMs + 120_000 }]);
    const ended = await activities.silenceAlerts({ verb: 'unsilence', targets: ['NodeLost/b', 'NodeLost'], by: 'ada@desk', reason: 'done' });
    expect(ended).toMatchObject({ silences: [{ target: 'NodeLost/b' }], unknown: ['NodeLost'] });
    expect(happened(on).map(({ text }) => text)).toEqual([
      expect.stringMatching(/^ada@desk silenced NodeLost\/b until 20\S+Z \(a new disk\)$/),
      expect.stringMatching(/^ada@desk silenced NodeLost\/b until/),
      'ada@desk ended the silence of NodeLost/b (done)',
    ]);
  });

  test('a silence that is over cannot be ended, and is removed by the next one', async () => {
    const on = ledgerHarness();
    await on.activities.silenceAlerts(request);
    on.clock.nowMs += 60_001;
    expect(await on.activities.silenceAlerts({ verb: 'unsilence', targets: ['NodeLost/b'], by: 'ada@desk', reason: '' })).toMatchObject({
      silences: [],
    });
    await on.activities.silenceAlerts({ ...request, targets: ['DiskLow'] });
    expect(on.ledgers.alerts.ledger.statement('SELECT target FROM silences').all()).toEqual([{ target: 'DiskLow' }]);
  });

  test('a bad request, and more silences than the ledger takes, are refused and change nothing', async () => {
    const on = ledgerHarness();
    const { message } = await failureOf('config.invalid', () => on.activities.silenceAlerts({ ...request, targets: ['NodeLots/b'] }));
    expect(message).toBe('Cannot silence alerts because there is no rule NodeLots (is it NodeLost?)');
    const targets = Array.from({ length: silencesMax }, (_, k) => `NodeLost/n${k}`);
    await on.activities.silenceAlerts({ ...request, targets });
    await failureOf('config.invalid', () => on.activities.silenceAlerts(request));
    expect(on.ledgers.alerts.ledger.statement('SELECT count(*) AS n FROM silences').get()).toEqual({ n: silencesMax });
    await on.activities.silenceAlerts({ ...request, targets: targets.slice(0, 1) });
  });
});
