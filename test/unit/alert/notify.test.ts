/** Tests which notifications are due, over the states of alerts, silences and earlier notifications. */
import { describe, expect, test } from 'vitest';
import type { Alert, AlertSilence } from '../../../src/domain/alert/alert.ts';
import type { ChannelRule } from '../../../src/domain/alert/channel.ts';
import type { NewestNotification } from '../../../src/domain/alert/notification.ts';
import { dueNotifications, groupOf } from '../../../src/domain/alert/notify.ts';
import { failedRepeatMs, groupHoldMs, notifiedAlertsMax } from '../../../src/domain/limits.ts';

const minute = 60_000;
const ops: ChannelRule = { id: 'ops', severities: ['critical', 'warning'], repeatMs: 240 * minute, resolved: true };
const alert = (node: string, over: Partial<Alert> = {}): Alert => ({
  id: `NodeLost/${node}`,
  rule: 'NodeLost',
  labels: { node },
  state: 'firing',
  summary: `node ${node} is lost`,
  forMs: 0,
  sinceMs: 1,
  held: { ms: 0, atMs: 1 },
  firedAtMs: 0,
  ...over,
});
const resolved = (node: string): Alert => alert(node, { state: 'resolved', resolvedAtMs: 5 });
const open = (nodes: readonly string[], over: Partial<NewestNotification> = {}): NewestNotification => ({
  channel: 'ops',
  group: 'NodeLost',
  seq: 4,
  state: 'done',
  atMs: 0,
  open: nodes.map((node) => `NodeLost/${node}`),
  ...over,
});
const silence = (target: string): AlertSilence => ({ target, by: 'ada@desk', reason: 'x', sinceMs: 0, untilMs: 1_000 * minute });

interface Given {
  readonly alerts: readonly Alert[];
  readonly channel?: Partial<ChannelRule>;
  readonly silences?: readonly AlertSilence[];
  readonly newest?: readonly NewestNotification[];
  readonly nowMs?: number;
}
/** Returns what is sent, as the ids with the states, and what the channel knows after it. */
const due = ({ alerts, channel = {}, silences = [], newest = [], nowMs = minute }: Given) =>
  dueNotifications({ channels: [{ ...ops, ...channel }], alerts, silences, newest }, nowMs).map(
    ({ notification: { seq, alerts: sent }, open: after }) => ({
      seq,
      sent: sent.map(({ id, state }) => `${id} ${state}`),
      after,
    }),
  );

describe('what is due', () => {
  test('the alerts of a group that fire share a message, and a second look finds nothing new', () => {
    const alerts = [alert('a'), alert('b'), alert('c', { state: 'pending' })];
    expect(due({ alerts })).toEqual([{ seq: 1, sent: ['NodeLost/a firing', 'NodeLost/b firing'], after: ['NodeLost/a', 'NodeLost/b'] }]);
    expect(due({ alerts, newest: [open(['a', 'b'])] })).toEqual([]);
  });

  test('a further alert of the group makes a message with all that fire', () => {
    expect(due({ alerts: [alert('a'), alert('b')], newest: [open(['a'])] })).toEqual([
      { seq: 5, sent: ['NodeLost/a firing', 'NodeLost/b firing'], after: ['NodeLost/a', 'NodeLost/b'] },
    ]);
  });

  test('a resolved alert of which the channel knows makes a message, once', () => {
    expect(due({ alerts: [alert('a'), resolved('b')], newest: [open(['a', 'b'])] })).toEqual([
      { seq: 5, sent: ['NodeLost/a firing', 'NodeLost/b resolved'], after: ['NodeLost/a'] },
    ]);
    expect(due({ alerts: [alert('a'), resolved('b')], newest: [open(['a'])] })).toEqual([]);
    expect(due({ alerts: [resolved('b')], newest: [open(['b'])], channel: { resolved: false } })).toEqual([]);
  });

  test('an alert that fires again after a resolution, of which the channel did not want to know, is new', () => {
    const [first] = due({ alerts: [alert('c'), resolved('b')], newest: [open(['b'])], channel: { resolved: false } });
    expect(first).toEqual({ seq: 5, sent: ['NodeLost/c firing'], after: ['NodeLost/c'] });
    expect(due({ alerts: [alert('b', { firedAtMs: 9 })], newest: [open(['b'], { atMs: 8 })], channel: { resolved: false }, nowMs: 9 })).toEqual([
      { seq: 5, sent: ['NodeLost/b firing'], after: ['NodeLost/b'] },
    ]);
  });

  test('a channel takes its severities only', () => {
    expect(due({ alerts: [alert('a')], channel: { severities: ['warning'] } })).toEqual([]);
  });

  test('an alert under a silence is sent when the silence is over; its end is sent in any case', () => {
    expect(due({ alerts: [alert('a')], silences: [silence('NodeLost')] })).toEqual([]);
    expect(due({ alerts: [alert('a')], silences: [silence('NodeLost')], nowMs: 1_000 * minute })).toHaveLength(1);
    expect(due({ alerts: [resolved('a')], silences: [silence('NodeLost/a')], newest: [open(['a'])] })).toHaveLength(1);
  });
});

describe('repeats', () => {
  test('what still fires is sent again after the repeat interval, and never without one', () => {
    const at = (nowMs: number, channel: Partial<ChannelRule> = {}) => due({ alerts: [alert('a')], newest: [open(['a'])], nowMs, channel });
    expect([at(240 * minute - 1).length, at(240 * minute).length]).toEqual([0, 1]);
    const { repeatMs: _never, ...without } = ops;
    expect(dueNotifications({ channels: [without], alerts: [alert('a')], silences: [], newest: [open(['a'])] }, 9e12)).toEqual([]);
    expect(due({ alerts: [alert('a')], newest: [open(['a'])], nowMs: 240 * minute, silences: [silence('NodeLost')] })).toEqual([]);
  });

  test('after a delivery that failed for good, what still fires is sent again soon', () => {
    const failed = open(['a'], { state: 'failed' });
    const at = (nowMs: number) => due({ alerts: [alert('a')], newest: [failed], nowMs }).length;
    expect([at(failedRepeatMs - 1), at(failedRepeatMs)]).toEqual([0, 1]);
    expect(due({ alerts: [alert('a'), alert('b')], newest: [failed], nowMs: 1 })).toHaveLength(1);
  });
});

describe('bounds', () => {
  test('a group whose notification waits is held back until it has ended', () => {
    const at = (nowMs: number) =>
      due({ alerts: [alert('a'), alert('b')], newest: [open(['a'], { state: 'pending', pendingSinceMs: 0 })], nowMs }).length;
    expect([at(groupHoldMs - 1), at(groupHoldMs)]).toEqual([1, 0]);
    expect(due({ alerts: [resolved('a')], newest: [open(['a'])], nowMs: groupHoldMs })).toHaveLength(1);
  });

  test('a message names a limited number of alerts and counts the others', () => {
    const alerts = Array.from({ length: notifiedAlertsMax + 7 }, (_, index) => alert(`n${index}`));
    const [{ notification, open: after } = { notification: undefined, open: [] }] = dueNotifications(
      { channels: [ops], alerts, silences: [], newest: [] },
      1,
    );
    expect([notification?.alerts.length, notification?.more, after.length]).toEqual([notifiedAlertsMax, 7, notifiedAlertsMax + 7]);
  });

  test('a group has the labels of its rule', () => {
    const paused = { rule: 'PipelinePaused', labels: { pipeline: 'cf' } };
    expect([groupOf(alert('a')), groupOf(paused), groupOf({ rule: 'Gone', labels: {} })]).toEqual(['NodeLost', 'PipelinePaused/cf', 'Gone']);
  });
});
