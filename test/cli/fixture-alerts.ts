/** The alerts of the fixture cluster. */
import type { AlertsView, AlertView } from '../../src/domain/alert/alert.ts';
import type { DeliveryView } from '../../src/domain/alert/notification.ts';
import { failureRecord } from '../../src/domain/failure/record.ts';

const alert = (over: Partial<AlertView> & Pick<AlertView, 'id' | 'rule' | 'labels' | 'summary'>): AlertView => ({
  state: 'firing',
  forMs: 0,
  sinceMs: 0,
  severity: 'critical',
  groupBy: ['alertname'],
  runbook: `docs/alerts.md#${over.rule.toLowerCase()}`,
  next: 'ringmaster node show c',
  ...over,
});

/** Returns a delivery of the lost node: done on `ops`, failed on another channel. */
export const fixtureDelivery = (nowMs: number, channel = 'ops'): DeliveryView => ({
  channel,
  group: 'NodeLost',
  seq: 1,
  state: channel === 'ops' ? 'done' : 'failed',
  alerts: ['NodeLost/c'],
  atMs: nowMs - 50_000,
  endedAtMs: nowMs - 49_000,
  ...(channel === 'ops'
    ? {}
    : {
        failure: failureRecord('alert.channel-refused', {
          cannot: `send on the channel ${channel}`,
          because: 'the receiver answered with the status 404',
          hint: { run: `ringmaster alert test ${channel}` },
        }),
      }),
});

/** Returns the alerts of the fixture cluster: one fires, one fires and is silenced, and one is pending. */
export function fixtureAlerts(nowMs: number): AlertsView {
  const ago = (seconds: number): number => nowMs - seconds * 1000;
  const silence = { target: 'DeadLetters', by: 'kim@desk', reason: 'known', sinceMs: ago(60), untilMs: nowMs + 3_600_500 };
  const lost = { id: 'NodeLost/c', rule: 'NodeLost', labels: { node: 'c' }, summary: 'node c is lost, and its jobs go to other nodes' };
  const dead = { id: 'DeadLetters/dispatcher', rule: 'DeadLetters', labels: { subscriber: 'dispatcher' }, summary: '1 event is dead for dispatcher' };
  const empty = { id: 'QueueEmpty', rule: 'QueueEmpty', labels: {}, summary: 'no item waits or runs, although turns are wanted of connect-four' };
  const disk = { id: 'DiskLow/b', rule: 'DiskLow', labels: { node: 'b' }, summary: 'less than 1 GiB is free on the disk of node b' };
  return {
    v: 1,
    readAtMs: nowMs,
    evaluatedAtMs: ago(3),
    alerts: [
      alert({ ...lost, sinceMs: ago(50), firedAtMs: ago(50) }),
      alert({ ...dead, severity: 'warning', sinceMs: ago(90), firedAtMs: ago(90), silence, next: 'ringmaster event dead list' }),
      alert({ ...empty, state: 'pending', severity: 'warning', sinceMs: ago(120), forMs: 600_000, next: 'ringmaster pipeline list' }),
      alert({ ...disk, state: 'resolved', sinceMs: ago(900), firedAtMs: ago(840), resolvedAtMs: ago(600) }),
    ],
    silences: [silence],
    channels: [
      { id: 'log', type: 'log', severities: ['critical', 'warning'] },
      { id: 'ops', type: 'webhook', severities: ['critical', 'warning'], last: fixtureDelivery(nowMs) },
      { id: 'pager', type: 'webhook', severities: ['critical'], pending: { count: 2, sinceMs: ago(50) }, last: fixtureDelivery(nowMs, 'pager') },
    ],
  };
}
