/** An entry of `alerts.channels` in the cluster file: a way on which alerts reach people. */
import * as z from 'zod';
import { severities } from '../../domain/alert/alert.ts';
import { webhookForms } from '../../domain/alert/channel.ts';
import { refusal } from '../fault/refusal.ts';
import { orMissing, shown } from './key-faults.ts';
import { command, day, durationOrNone, keys, list, minute, name, path, secret, text, truth, word } from './key-types.ts';

const addressExample = 'https://alerts.example.org/hook';
const mailbox = (example: string) =>
  text(example).regex(/^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/, {
    error: (issue) => refusal(`${shown(issue.input)} is not an address of mail`, example),
  });

const webhook = keys(
  {
    url: z
      .union(
        [
          z.string().regex(/^https?:\/\/[^\s/?#@]+(?:[/?#]\S*)?$/, {
            error: (issue) => refusal(`${shown(issue.input)} is not an address of HTTP without a user`, addressExample),
          }),
          secret,
        ],
        {
          error: ({ input }) => orMissing(input, addressExample, 'must be an address of HTTP without a user, or fromEnv or fromFile', addressExample),
        },
      )
      .describe('The address. An address that is a secret, such as that of a chat, stands in a variable (fromEnv) or in a file (fromFile).'),
    form: word(webhookForms, 'json')
      .default('json')
      .describe('The form of the message: our JSON, the webhook of Alertmanager, or a text for a chat of the kind of Slack.'),
  },
  `{ url: ${addressExample} }`,
  'url',
);

const email = keys(
  {
    to: list(mailbox('ops@example.org'), 20, '[ops@example.org]')
      .min(1, { error: refusal('names no address', '[ops@example.org]') })
      .describe('Who gets the mails.'),
    from: mailbox('ringmaster@example.org').optional().describe('The sender. Default: what the program takes.'),
    program: path('/usr/sbin/sendmail').default('/usr/sbin/sendmail').describe('A program that reads a mail as sendmail -t -i does.'),
  },
  '{ to: [ops@example.org] }',
  'to',
);

export const channel = keys(
  {
    id: name('ops', 40).describe('Name of the channel; part of the workflow id notify/<id>.'),
    webhook: webhook.optional().describe('Posts each message to an address.'),
    command: command('[/usr/local/bin/page]').optional().describe('Runs a program here, which gets our JSON on its standard input.'),
    email: email.optional().describe('Sends mails by the sendmail of this machine.'),
    log: truth().optional().describe('true: writes each message in the log of the gateway.'),
    severities: list(word(severities, 'critical'), severities.length, '[critical]')
      .min(1, { error: refusal('has no severity', '[critical]') })
      .default([...severities])
      .describe('The severities of the alerts that the channel takes.'),
    repeat: durationOrNone(minute, 30 * day, '4h')
      .default(4 * 60 * minute)
      .describe('Alerts that go on firing are sent again after this time. `none`: never.'),
    resolved: truth().default(true).describe('Whether the channel says that an alert is resolved.'),
  },
  '{ id: ops, log: true }',
  'id',
);

export type ChannelEntry = z.output<typeof channel>;
