/** The forms of a notification: what a receiver gets. */
import { createHash } from 'node:crypto';
import { given } from '../../../src/base/given.ts';
import type { ChannelWay, WebhookForm } from '../../../src/domain/alert/channel.ts';
import type { Notification, SentAlert } from '../../../src/domain/alert/notification.ts';

/** Returns the content of a notification as plain values. `docs/alerts.md` documents this form. */
function jsonOf(cluster: string, { channel, group, seq, atMs, alerts, more }: Notification): unknown {
  return {
    version: 1,
    id: `${channel}/${group}/${seq}`,
    cluster,
    channel,
    group,
    status: statusOf(alerts),
    sentAt: iso(atMs),
    alerts: alerts.map(({ firedAtMs, resolvedAtMs, ...alert }) => ({
      ...alert,
      firedAt: iso(firedAtMs),
      ...given({ resolvedAt: resolvedAtMs === undefined ? undefined : iso(resolvedAtMs) }),
    })),
    more,
  };
}

/** The time in the field `endsAt` of an alert that fires: the zero time of Go. */
const notEnded = '0001-01-01T00:00:00Z';

/** Returns the payload of a webhook of Alertmanager, version 4 (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config). */
function alertmanagerOf(cluster: string, { channel, group, alerts, more }: Notification): unknown {
  const [rule = group] = group.split('/');
  const sent = alerts.map((alert) => ({
    status: alert.state,
    labels: { alertname: alert.rule, severity: alert.severity, cluster, ...alert.labels },
    annotations: { summary: alert.summary, runbook: alert.runbook, next: alert.next },
    startsAt: iso(alert.firedAtMs),
    endsAt: alert.state === 'firing' ? notEnded : iso(alert.resolvedAtMs ?? alert.firedAtMs),
    generatorURL: '',
    fingerprint: fingerprint(alert.id),
  }));
  return {
    version: '4',
    groupKey: `{}:{cluster=${JSON.stringify(cluster)}, group=${JSON.stringify(group)}}`,
    truncatedAlerts: more,
    status: statusOf(alerts),
    receiver: channel,
    groupLabels: { alertname: rule },
    commonLabels: inCommon(sent.map(({ labels }) => labels)),
    commonAnnotations: inCommon(sent.map(({ annotations }) => annotations)),
    externalURL: '',
    alerts: sent,
  };
}

const statusOf = (alerts: readonly SentAlert[]): 'firing' | 'resolved' => (alerts.some(({ state }) => state === 'firing') ? 'firing' : 'resolved');
const iso = (ms: number): string => new Date(ms).toISOString();

const inCommon = (all: readonly Readonly<Record<string, string>>[]): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(all[0] ?? {}).filter(([name, value]) => all.every((one) => one[name] === value)));

/** Alertmanager names an alert by a 64-bit hash in hexadecimal. */
const fingerprint = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** Returns a title of one line, for a chat and for the subject of a mail. */
export function titleOf(cluster: string, { group, alerts, more }: Notification): string {
  const firing = alerts.filter(({ state }) => state === 'firing').length + more;
  const [only] = alerts.length + more === 1 ? alerts : [];
  const what = only === undefined ? group : only.id;
  return `[${cluster}] ${firing === 0 ? 'resolved' : `firing${only === undefined ? ` (${firing})` : ''}`}: ${what}`;
}

/** Returns the content for people, as lines. */
export const linesOf = ({ alerts, more }: Notification): readonly string[] => [
  ...alerts.map(({ id, state, severity, summary, runbook, next }) =>
    state === 'firing' ? `${id} fires (${severity}): ${summary}. See: ${next} (${runbook})` : `${id} is resolved. It was: ${summary}`,
  ),
  ...(more === 0 ? [] : [`and ${more} more: ringmaster alert list`]),
];

const textOf = (cluster: string, notification: Notification): string => [titleOf(cluster, notification), ...linesOf(notification)].join('\n');

/** Chats of the kind of Slack read `text`: Slack, Mattermost, Rocket.Chat, Google Chat, and Discord behind `/slack`. */
const forms: Readonly<Record<WebhookForm, (cluster: string, notification: Notification) => unknown>> = {
  json: jsonOf,
  alertmanager: alertmanagerOf,
  text: (cluster, notification) => ({ text: textOf(cluster, notification) }),
};

export const bodyOf = (form: WebhookForm, cluster: string, notification: Notification): string => JSON.stringify(forms[form](cluster, notification));

/** Returns a mail in the form that `sendmail -t` reads. Every line of the text is a line of the mail, and no line begins a further header. */
export function mailOf({ to, from }: Extract<ChannelWay, { type: 'email' }>, cluster: string, notification: Notification): string {
  const { channel, group, seq, atMs, alerts } = notification;
  const header = (name: string, value: string): string => `${name}: ${inHeader(value)}`;
  return [
    header('To', to.join(', ')),
    ...(from === undefined ? [] : [header('From', from)]),
    header('Subject', titleOf(cluster, notification)),
    header('Date', new Date(atMs).toUTCString().replace('GMT', '+0000')),
    header('X-Ringmaster-Notification', `${channel}/${group}/${seq}`),
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    ...(alerts.some(({ state, severity }) => state === 'firing' && severity === 'critical') ? ['X-Priority: 1'] : []),
    '',
    ...linesOf(notification),
    '',
  ].join('\n');
}

/** A header is one line of ASCII. Other text is an encoded word of RFC 2047. */
function inHeader(value: string): string {
  const line = value.replaceAll(/[\0\r\n]+/g, ' ');
  return /^[\x20-\x7e]*$/.test(line) ? line : `=?utf-8?B?${Buffer.from(line).toString('base64')}?=`;
}
