/** The schemas of the views of alerts. */
import * as z from 'zod';
import { alertStates, severities } from '../../domain/alert/alert.ts';
import { failureRecord } from './failure-schema.ts';
import { notificationStates } from '../../domain/alert/notification.ts';
import { atMs, count, optional, text, texts } from './basic-schemas.ts';

const silence = z.object({
  target: text.describe('An alert, or a rule for all alerts of it.'),
  by: text,
  reason: text,
  sinceMs: atMs,
  untilMs: atMs,
});
const delivery = z.object({
  channel: text,
  group: text.describe('The rule, and the labels by which its alerts share a notification.'),
  seq: count.describe('The number of the notification of this group on this channel.'),
  state: z.enum(notificationStates),
  alerts: texts.describe('The ids of the alerts.'),
  atMs,
  endedAtMs: optional(atMs).describe('When the delivery was done, or failed.'),
  failure: optional(failureRecord),
});
const channel = z.object({
  id: text,
  type: text.describe('webhook, command, email or log.'),
  severities: z.array(z.enum(severities)),
  pending: optional(z.object({ count, sinceMs: atMs })).describe('The notifications that are not sent yet.'),
  last: optional(delivery).describe('The newest delivery that has ended.'),
});
export const alert = z.object({
  id: text.describe('The rule and the values of the labels: NodeLost/gpu-1.'),
  rule: text,
  labels: z.record(text, text),
  state: z.enum(alertStates),
  summary: text.describe('The last observation while the alert was pending or fired.'),
  forMs: count.describe('The time for which the condition must hold before the alert fires.'),
  sinceMs: atMs.describe('The time since which the condition holds.'),
  firedAtMs: optional(atMs),
  resolvedAtMs: optional(atMs),
  severity: z.enum(severities),
  groupBy: texts.describe('The labels by which alerts share a notification.'),
  runbook: text.describe('The page and the section that say what to do.'),
  next: text.describe('A command that shows more.'),
  silence: optional(silence).describe('The silence that covers the alert.'),
  deliveries: optional(z.array(delivery)).describe('The newest deliveries. Only the route of one alert has them.'),
});

export const alertSchemas = {
  Alert: alert,
  Alerts: z.object({
    v: z.literal(1),
    readAtMs: atMs,
    evaluatedAtMs: optional(atMs).describe('When the rules were last evaluated. Absent when they never were.'),
    alerts: z.array(alert).describe('The firing ones first, then the pending ones, then the resolved ones.'),
    silences: z.array(silence).describe('The silences that hold.'),
    channels: z.array(channel).describe('The channels of the cluster file.'),
  }),
};
