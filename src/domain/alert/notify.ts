/**
 * Decides which notifications are due. The alerts of a rule that agree in its `groupBy` labels are a group, as in Alertmanager. A channel is sent one message
 * about a group when
 *   - an alert of the group fires that the channel does not know of (`open`),
 *   - an alert of which the channel knows fires no more, and the channel wants to know that, or
 *   - an alert of which the channel knows still fires, and the repeat interval is over.
 *
 * The decision compares states and no changes. So an alert whose silence ends, and a channel that is new in the cluster file, get their message, too. An alert
 * under a silence is no reason for a message. Its end is one when the channel knows of the alert, because otherwise the receiver would keep it for ever.
 *
 * A channel that does not deliver holds its group back: once a notification of the group has waited for `groupHoldMs`, no further one joins it. When it
 * has ended, the states are compared again. So the notifications that wait are bounded, and no end of an alert overtakes its beginning.
 *
 * After a delivery that failed for good, the alerts that still fire are sent again after `failedRepeatMs` at the latest.
 */
import { given } from '../../base/given.ts';
import { failedRepeatMs, groupHoldMs, notifiedAlertsMax } from '../limits.ts';
import type { Alert, AlertSilence } from './alert.ts';
import type { ChannelRule } from './channel.ts';
import type { NewestNotification, Notification, SentAlert } from './notification.ts';
import { isRule, ruleOf, runbookOf } from './rules.ts';
import { silenceOf } from './silence.ts';

/** A notification that is due. `open` has the alerts that fire for the channel after it. */
export interface DueNotification {
  readonly notification: Notification;
  readonly open: readonly string[];
}

interface Known {
  readonly channels: readonly ChannelRule[];
  readonly alerts: readonly Alert[];
  readonly silences: readonly AlertSilence[];
  /** The newest notification of each group on each channel. */
  readonly newest: readonly NewestNotification[];
}

export function dueNotifications({ channels, alerts, silences, newest }: Known, nowMs: number): readonly DueNotification[] {
  const groups = groupsOf(alerts);
  const known = new Map(newest.map((one) => [keyOf(one.channel, one.group), one]));
  return channels.flatMap((channel) =>
    [...groups].flatMap(([group, members]) => dueOf(channel, group, members, known.get(keyOf(channel.id, group)), silences, nowMs) ?? []),
  );
}

const keyOf = (channel: string, group: string): string => JSON.stringify([channel, group]);

/** Returns the name of the group of an alert. */
export const groupOf = ({ rule, labels }: Pick<Alert, 'rule' | 'labels'>): string =>
  isRule(rule) ? [rule, ...ruleOf(rule).groupBy.flatMap((label) => (label === 'alertname' ? [] : (labels[label] ?? [])))].join('/') : rule;

function groupsOf(alerts: readonly Alert[]): ReadonlyMap<string, readonly Alert[]> {
  const groups = new Map<string, Alert[]>();
  for (const alert of alerts) groups.set(groupOf(alert), [...(groups.get(groupOf(alert)) ?? []), alert]);
  return groups;
}

function dueOf(
  channel: ChannelRule,
  group: string,
  members: readonly Alert[],
  newest: NewestNotification | undefined,
  silences: readonly AlertSilence[],
  nowMs: number,
): DueNotification | undefined {
  if (newest?.pendingSinceMs !== undefined && nowMs - newest.pendingSinceMs >= groupHoldMs) return undefined;
  const open = new Set(newest?.open);
  const firing = members.filter(
    (alert) => alert.state === 'firing' && channel.severities.includes(severityOf(alert)) && silenceOf(alert, silences, nowMs) === undefined,
  );
  // An alert can be resolved and fire again between two notifications.
  const begun = firing.filter(({ id, firedAtMs = 0 }) => !open.has(id) || firedAtMs > (newest?.atMs ?? 0));
  const ended = members.filter(({ id, state }) => open.has(id) && state !== 'firing');
  const repeatMs = newest?.state === 'failed' ? Math.min(failedRepeatMs, channel.repeatMs ?? failedRepeatMs) : channel.repeatMs;
  const isRepeat = newest !== undefined && repeatMs !== undefined && firing.length > 0 && nowMs - newest.atMs >= repeatMs;
  const said = channel.resolved ? ended : [];
  if (begun.length === 0 && said.length === 0 && !isRepeat) return undefined;
  const sent = [...firing, ...said].map(sentOf);
  const over = new Set(ended.map(({ id }) => id));
  return {
    notification: {
      channel: channel.id,
      group,
      seq: (newest?.seq ?? 0) + 1,
      atMs: nowMs,
      alerts: sent.slice(0, notifiedAlertsMax),
      more: Math.max(0, sent.length - notifiedAlertsMax),
    },
    open: [...new Set([...open, ...firing.map(({ id }) => id)])].filter((id) => !over.has(id)),
  };
}

const severityOf = ({ rule }: Pick<Alert, 'rule'>) => (isRule(rule) ? ruleOf(rule).severity : 'warning');

function sentOf(alert: Alert): SentAlert {
  const { id, rule, labels, state, summary, sinceMs, firedAtMs = sinceMs, resolvedAtMs } = alert;
  return {
    id,
    rule,
    labels,
    severity: severityOf(alert),
    state: state === 'firing' ? 'firing' : 'resolved',
    summary,
    firedAtMs,
    ...given({ resolvedAtMs: state === 'firing' ? undefined : resolvedAtMs }),
    ...(isRule(rule) ? { runbook: runbookOf(rule), next: ruleOf(rule).next(labels) } : { runbook: 'docs/alerts.md', next: 'ringmaster alert list' }),
  };
}

/** The group of a test begins with this. No rule has such a name. */
export const testGroups = 'test/';

/** Returns the notification with which an operator tests a channel. */
export const testNotification = (channel: string, key: string, by: string, nowMs: number): Notification => ({
  channel,
  group: `${testGroups}${key}`,
  seq: 1,
  atMs: nowMs,
  alerts: [
    {
      id: 'Test',
      rule: 'Test',
      labels: {},
      severity: 'warning',
      state: 'firing',
      summary: `${by} tests the channel ${channel}, and nothing is wrong`,
      firedAtMs: nowMs,
      runbook: 'docs/alerts.md#channels',
      next: 'ringmaster alert list',
    },
  ],
  more: 0,
});
