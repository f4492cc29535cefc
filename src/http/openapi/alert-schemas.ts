/** The schemas of the views of alerts. */
import * as z from 'zod';
import { alertStates, severities } from '../../domain/alert/alert.ts';
import { atMs, count, optional, text, texts } from './basic-schemas.ts';

const silence = z.object({
  target: text.describe('An alert, or a rule for all alerts of it.'),
  by: text,
  reason: text,
  sinceMs: atMs,
  untilMs: atMs,
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
});

export const alertSchemas = {
  Alert: alert,
  Alerts: z.object({
    v: z.literal(1),
    readAtMs: atMs,
    evaluatedAtMs: optional(atMs).describe('When the rules were last evaluated. Absent when they never were.'),
    alerts: z.array(alert).describe('The firing ones first, then the pending ones, then the resolved ones.'),
    silences: z.array(silence).describe('The silences that hold.'),
  }),
};
