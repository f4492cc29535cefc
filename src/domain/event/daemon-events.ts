/** The events about daemons. */
import { eventType } from './event-type.ts';
import { maybe, number, text, texts } from './fields.ts';
import { thing } from './thing.ts';

export const daemonEvents = {
  DAEMON_STATUS_CHANGED: eventType({
    version: 1,
    when: 'The state of a daemon changed.',
    fields: {
      daemon: text('The daemon.'),
      from: text('The state before.'),
      to: text('The state after.'),
      because: text('The reason.'),
      restarts: number('The failures in a row.'),
      code: maybe(text('The code of the failure. Absent without a failure.')),
    },
    about: ({ daemon }) => [thing('daemon', daemon)],
    say: ({ daemon, from, to, because }) => `${daemon}: ${from} → ${to} because ${because}`,
  }),
  DAEMONS_WISHED: eventType({
    version: 1,
    when: 'An operator started, stopped, restarted or reset daemons.',
    fields: {
      daemons: texts('The daemons.'),
      verb: text('The verb of the request: start, stop, restart or reset.'),
      by: text('The operator.'),
      reason: text('The reason that the operator gave.'),
    },
    about: ({ daemons }) => daemons.map((daemon) => thing('daemon', daemon)),
    say: ({ daemons, verb, by, reason }) => `${by} asked for ${verb} of ${daemons.join(', ')} (${reason})`,
  }),
  DAEMON_RESTARTS_BRAKED: eventType({
    version: 1,
    when: 'So many daemons restarted in a minute that the manager holds further restarts back.',
    fields: { daemons: texts('The daemons that wait for their restart.') },
    about: ({ daemons }) => daemons.map((daemon) => thing('daemon', daemon)),
    say: ({ daemons }) => `the brake on restarts holds ${daemons.join(', ')}`,
  }),
  DAEMON_RESTARTS_RELEASED: eventType({
    version: 1,
    when: 'The manager holds no restart back any more.',
    fields: {},
    about: () => [],
    say: () => 'the brake on restarts is off',
  }),
} as const;
