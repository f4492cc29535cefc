/** The events about alerts. */
import { eventType } from './event-type.ts';
import { number, text, texts } from './fields.ts';
import { type Thing, thing } from './thing.ts';

const alert = text('The alert: its rule and its labels, such as NodeLost/gpu-1.');
const ofRule = text('The rule.');
const severity = text('The severity: critical or warning.');
const summary = text('One sentence about the observation.');
const things = texts('The things that the alert is about, each as a kind and an id, such as node:gpu-1.');

const aboutAlert = (id: string, rule: string, of: readonly string[]): readonly Thing[] => [
  thing('alert', id),
  thing('alert', rule),
  ...(of as readonly Thing[]),
];

export const alertEvents = {
  ALERT_FIRED: eventType({
    version: 1,
    when: 'An alert fired, because its condition had held for its for-time.',
    fields: { alert, rule: ofRule, severity, summary, things, sinceMs: number('The time since which the condition holds.') },
    about: ({ alert: id, rule, things: of }) => aboutAlert(id, rule, of),
    say: ({ alert: id, severity: how, summary: what }) => `${id} fires (${how}): ${what}`,
  }),
  ALERT_RESOLVED: eventType({
    version: 1,
    when: 'An alert that fired was resolved, because its condition held no more.',
    fields: { alert, rule: ofRule, severity, summary, things, firedMs: number('For how many milliseconds the alert fired.') },
    about: ({ alert: id, rule, things: of }) => aboutAlert(id, rule, of),
    say: ({ alert: id, firedMs }) => `${id} is resolved after ${Math.round(firedMs / 1_000)} s`,
  }),
  ALERT_SILENCED: eventType({
    version: 1,
    when: 'An operator silenced an alert, or all alerts of a rule.',
    fields: {
      target: text('The alert or the rule.'),
      by: text('The operator.'),
      reason: text('The reason that the operator gave.'),
      untilMs: number('The end of the silence.'),
    },
    about: ({ target }) => [thing('alert', target)],
    say: ({ target, by, reason, untilMs }) => `${by} silenced ${target} until ${new Date(untilMs).toISOString()} (${reason})`,
  }),
  ALERT_UNSILENCED: eventType({
    version: 1,
    when: 'An operator ended a silence.',
    fields: { target: text('The alert or the rule.'), by: text('The operator.'), reason: text('The reason that the operator gave.') },
    about: ({ target }) => [thing('alert', target)],
    say: ({ target, by, reason }) => `${by} ended the silence of ${target} (${reason})`,
  }),
} as const;
