/** Tests the notifications in the ledger of alerts on real files: recorded with the alert, sent in order, ended once, and bounded. */
import { describe, expect, test } from 'vitest';
import { type Alert, markOf } from '../../../src/domain/alert/alert.ts';
import type { ChannelRule } from '../../../src/domain/alert/channel.ts';
import { failureRecord } from '../../../src/domain/failure/record.ts';
import { alertLimits } from '../../../src/storage/limits.ts';
import { readerOf } from '../event/pumped.ts';
import { ledgerHarness, type LedgerHarness } from '../state-folder.ts';

const ops: ChannelRule = { id: 'ops', severities: ['critical', 'warning'], resolved: true };
const pager: ChannelRule = { ...ops, id: 'pager', severities: ['critical'] };
const channels = [ops, pager];
const alert = (over: Partial<Alert> = {}): Alert => ({
  id: 'NodeLost/b',
  rule: 'NodeLost',
  labels: { node: 'b' },
  state: 'firing',
  summary: 'node b is lost',
  forMs: 0,
  sinceMs: 10,
  held: { ms: 0, atMs: 10 },
  firedAtMs: 10,
  ...over,
});
const failure = failureRecord('alert.channel-refused', { cannot: 'send', because: 'the status is 404', hint: { say: 'looking' } });
const next = async ({ activities }: LedgerHarness, channel = 'ops') => (await activities.nextNotification({ channel })).notification;
const deliveries = (on: LedgerHarness) =>
  readerOf(on)
    .deliveries()
    .map(({ channel, group, seq, state }) => `${channel} ${group} ${seq} ${state}`);

describe('notifications', () => {
  test('each channel gets one with the alert, a repeat makes no second one, and the end is recorded once', async () => {
    const on = ledgerHarness();
    const fire = { changes: [{ alert: alert() }], channels };
    await on.activities.recordAlerts(fire);
    await on.activities.recordAlerts(fire);
    expect(deliveries(on)).toEqual(['ops NodeLost 1 pending', 'pager NodeLost 1 pending']);
    const first = await next(on);
    expect(first).toMatchObject({ channel: 'ops', group: 'NodeLost', seq: 1, alerts: [{ id: 'NodeLost/b', state: 'firing', severity: 'critical' }] });
    const ref = { channel: 'ops', group: 'NodeLost', seq: 1 };
    await on.activities.noteNotification(ref);
    await on.activities.noteNotification({ ...ref, failure });
    expect(await next(on)).toBeUndefined();
    expect(deliveries(on)).toEqual(['ops NodeLost 1 done', 'pager NodeLost 1 pending']);
    expect(readerOf(on).pendingNotifications()).toEqual(new Map([['pager', { count: 1, sinceMs: expect.any(Number) as number }]]));
  });

  test('the oldest one is sent first, and one that failed has its reason', async () => {
    const on = ledgerHarness();
    await on.activities.recordAlerts({ changes: [{ alert: alert() }], channels });
    on.clock.nowMs += 1_000;
    const resolved = alert({ state: 'resolved', resolvedAtMs: 20 });
    await on.activities.recordAlerts({ changes: [{ before: markOf(alert()), alert: resolved }], channels });
    expect((await next(on))?.seq).toBe(1);
    await on.activities.noteNotification({ channel: 'ops', group: 'NodeLost', seq: 1, failure });
    expect(await next(on)).toMatchObject({ seq: 2, alerts: [{ state: 'resolved' }] });
    expect(
      readerOf(on)
        .deliveries()
        .find(({ seq, channel }) => seq === 1 && channel === 'ops'),
    ).toMatchObject({ state: 'failed', failure });
  });

  test('when a change fails, no notification is recorded', async () => {
    const on = ledgerHarness();
    const bad = { ...alert(), id: 'NodeLost/c', state: 'unknown' } as unknown as Alert;
    await expect(on.activities.recordAlerts({ changes: [{ alert: alert() }, { alert: bad }], channels })).rejects.toThrow('CHECK constraint');
    expect(deliveries(on)).toEqual([]);
  });

  test('a test is a notification of its own workflow, once for each key', async () => {
    const on = ledgerHarness();
    const test1 = { channel: 'ops', by: 'ada@desk', key: 'k1' };
    const { notification } = await on.activities.testNotification(test1);
    await on.activities.testNotification(test1);
    expect([await next(on), readerOf(on).pendingNotifications().size, deliveries(on)]).toEqual([undefined, 0, ['ops test/k1 1 pending']]);
    await on.activities.noteNotification(notification);
    await on.activities.testNotification(test1);
    expect(deliveries(on)).toEqual(['ops test/k1 1 done']);
  });

  test('the ledger keeps the newest deliveries, and the one from which the next one of its group follows', async () => {
    const on = ledgerHarness();
    await on.activities.recordAlerts({ changes: [{ alert: alert() }], channels: [ops] });
    await on.activities.noteNotification({ channel: 'ops', group: 'NodeLost', seq: 1 });
    for (let index = 0; index < alertLimits.deliveriesMax + 3; index += 1) {
      on.clock.nowMs += 1;
      const { notification } = await on.activities.testNotification({ channel: 'ops', by: 'ada@desk', key: String(index) });
      await on.activities.noteNotification(notification);
    }
    expect(readerOf(on).newestNotifications()).toMatchObject([{ group: 'NodeLost', state: 'done', open: ['NodeLost/b'] }]);
    expect(readerOf(on).deliveries()).toHaveLength(alertLimits.deliveriesMax);
  });
});
