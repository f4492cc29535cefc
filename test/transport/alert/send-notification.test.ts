/** Tests the channels against real receivers: an HTTP server (quick, slow, refusing, closed), a program, and a program that stands for sendmail. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bodyOf } from '../../../activities/gateway/alert/message.ts';
import { postWebhook } from '../../../activities/gateway/alert/post-webhook.ts';
import { runChannelProgram } from '../../../activities/gateway/alert/run-channel-program.ts';
import { sendNotification } from '../../../activities/gateway/alert/send-notification.ts';
import type { AlertChannel, ChannelWay } from '../../../src/domain/alert/channel.ts';
import type { Notification, SentAlert } from '../../../src/domain/alert/notification.ts';
import type { RingmasterError } from '../../../src/domain/failure/error.ts';
import { toFailureRecord } from '../../../src/domain/failure/to-failure-record.ts';
import { webhookReceiver } from '../../support/webhook-receiver.ts';
import { rejectionOf } from '../../support/rejection-of.ts';

const lost: SentAlert = {
  id: 'NodeLost/b',
  rule: 'NodeLost',
  labels: { node: 'b' },
  severity: 'critical',
  state: 'firing',
  summary: 'node b is lost, and its jobs go to other nodes',
  firedAtMs: Date.UTC(2026, 0, 1),
  runbook: 'docs/alerts.md#nodelost',
  next: 'ringmaster node show b',
};
const over: SentAlert = { ...lost, id: 'NodeLost/c', labels: { node: 'c' }, state: 'resolved', resolvedAtMs: Date.UTC(2026, 0, 2) };
const notification: Notification = { channel: 'ops', group: 'NodeLost', seq: 3, atMs: Date.UTC(2026, 0, 3), alerts: [lost, over], more: 0 };
const send = (way: ChannelWay, variables: Readonly<Record<string, string>> = {}, sent = notification): Promise<void> =>
  sendNotification(sent, {
    cluster: 'demo',
    channels: [{ id: 'ops', severities: ['critical'], resolved: true, way } satisfies AlertChannel],
    variables,
  });

/** Starts a receiver that ends with the test. */
async function receiver(answer?: Parameters<typeof webhookReceiver>[0]) {
  const started = await webhookReceiver(answer);
  onTestFinished(started.close);
  return started;
}

/** Makes a folder of this test. */
function folderHere(): string {
  const folder = mkdtempSync(join(tmpdir(), 'channel-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

const failureOf = async (work: Promise<void>) => {
  const { code, because } = (await rejectionOf(work)) as RingmasterError;
  return { code, because };
};

test('a webhook gets each form: our JSON, the payload of Alertmanager, and a text for a chat', async () => {
  const { received, url } = await receiver();
  for (const form of ['json', 'alertmanager', 'text'] as const) await send({ type: 'webhook', url: `${url}/${form}`, form });
  expect(received.map(({ path, type }) => [path, type])).toEqual(['/json', '/alertmanager', '/text'].map((path) => [path, 'application/json']));
  const [json, alertmanager, text] = received.map(({ body }) => JSON.parse(body) as unknown);
  expect(json).toEqual({
    version: 1,
    id: 'ops/NodeLost/3',
    cluster: 'demo',
    channel: 'ops',
    group: 'NodeLost',
    status: 'firing',
    sentAt: '2026-01-03T00:00:00.000Z',
    alerts: [
      expect.objectContaining({ id: 'NodeLost/b', state: 'firing', firedAt: '2026-01-01T00:00:00.000Z' }),
      expect.objectContaining({ id: 'NodeLost/c', state: 'resolved', resolvedAt: '2026-01-02T00:00:00.000Z' }),
    ],
    more: 0,
  });
  const labels = { alertname: 'NodeLost', severity: 'critical', cluster: 'demo' };
  expect(alertmanager).toEqual({
    version: '4',
    groupKey: '{}:{cluster="demo", group="NodeLost"}',
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'ops',
    groupLabels: { alertname: 'NodeLost' },
    commonLabels: labels,
    commonAnnotations: expect.objectContaining({ runbook: 'docs/alerts.md#nodelost' }) as object,
    externalURL: '',
    alerts: [
      {
        status: 'firing',
        labels: { ...labels, node: 'b' },
        annotations: { summary: lost.summary, runbook: lost.runbook, next: lost.next },
        startsAt: '2026-01-01T00:00:00.000Z',
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: '',
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
      },
      expect.objectContaining({ status: 'resolved', endsAt: '2026-01-02T00:00:00.000Z' }),
    ],
  });
  expect(text).toEqual({
    text: [
      '[demo] firing (1): NodeLost',
      'NodeLost/b fires (critical): node b is lost, and its jobs go to other nodes. See: ringmaster node show b (docs/alerts.md#nodelost)',
      'NodeLost/c is resolved. It was: node b is lost, and its jobs go to other nodes',
    ].join('\n'),
  });
});

test('a status says whether the message is tried again: 5xx, 408 and 429 are, others and redirections are not', async () => {
  const { url, received } = await receiver((path) => Number(path.slice(1)));
  const of = (status: number) => failureOf(send({ type: 'webhook', url: `${url}/${status}`, form: 'json' }));
  for (const status of [500, 503, 408, 429]) {
    expect(await of(status)).toEqual({ code: 'alert.channel-away', because: `the receiver answered with the status ${status}` });
  }
  for (const status of [400, 404, 410, 302]) {
    expect(await of(status)).toEqual({ code: 'alert.channel-refused', because: `the receiver answered with the status ${status}` });
  }
  expect(received.map(({ path }) => path)).not.toContain('/elsewhere');
});

test('a receiver that is slow or gone is a failure that is tried again', async () => {
  const slow = await receiver(() => undefined);
  expect(await failureOf(postWebhook('ops', slow.url, '{}', 200))).toEqual({
    code: 'alert.channel-away',
    because: 'the receiver did not answer within 0.2 s',
  });
  slow.close();
  expect(await failureOf(postWebhook('ops', slow.url, '{}'))).toEqual({
    code: 'alert.channel-away',
    because: 'the receiver is not reached (ECONNREFUSED)',
  });
});

test('the address of a webhook can be a secret, and no failure has a part of it', async () => {
  const { url, received, close } = await receiver((path) => (path === '/hook/s3cret' ? 200 : 404));
  const file = join(folderHere(), 'url');
  writeFileSync(file, `${url}/hook/s3cret\n`);
  await send({ type: 'webhook', url: { fromFile: file }, form: 'json' });
  await send({ type: 'webhook', url: { fromEnv: 'HOOK' }, form: 'json' }, { HOOK: `${url}/hook/s3cret` });
  expect(received.map(({ path }) => path)).toEqual(['/hook/s3cret', '/hook/s3cret']);
  close();
  const faults = await Promise.all(
    [`${url}/hook/s3cret`, 's3cret', 'ftp://s3cret.example.org/', 'https://user:s3cret@example.org/'].map((HOOK) =>
      rejectionOf(send({ type: 'webhook', url: { fromEnv: 'HOOK' }, form: 'json' }, { HOOK })),
    ),
  );
  expect(faults.map((fault) => (fault as RingmasterError).code)).toEqual([
    'alert.channel-away',
    ...Array.from({ length: 3 }, () => 'alert.channel-refused'),
  ]);
  expect(JSON.stringify(faults.map((fault) => [String(fault), toFailureRecord(fault)]))).not.toContain('s3cret');
  expect(await failureOf(send({ type: 'webhook', url: { fromEnv: 'HOOK' }, form: 'json' }))).toMatchObject({ code: 'secret.missing' });
});

/** Writes a program that keeps its arguments and its input in a file, and ends with a status. */
function program(status: number): { readonly path: string; readonly got: () => string } {
  const folder = folderHere();
  const path = join(folder, 'program');
  writeFileSync(path, `#!/bin/sh\n{ echo "$*"; cat; } > '${folder}/got'\necho 'the queue is full' >&2\nexit ${status}\n`);
  chmodSync(path, 0o700);
  return { path, got: () => readFileSync(join(folder, 'got'), 'utf8') };
}

test('a command gets our JSON on its standard input, and its exit code decides', async () => {
  const good = program(0);
  await send({ type: 'command', command: [good.path, 'a b', '--page'] });
  expect(good.got()).toBe(`a b --page\n${bodyOf('json', 'demo', notification)}`);
  expect(await failureOf(send({ type: 'command', command: [program(7).path] }))).toEqual({
    code: 'alert.channel-away',
    because: 'its program ended with exit code 7: the queue is full',
  });
  expect(await failureOf(runChannelProgram('ops', ['sleep', '600'], '', 200))).toEqual({
    code: 'alert.channel-away',
    because: 'its program did not end within 0.2 s',
  });
});

test('a mail is read by sendmail -t -i, and a line of an alert begins no header', async () => {
  const { path, got } = program(0);
  const way: ChannelWay = { type: 'email', to: ['ops@example.org', 'kim@example.org'], from: 'ringmaster@example.org', program: path };
  await send(way, {}, { ...notification, alerts: [{ ...lost, id: 'NodeLost/b\nBcc: eve@example.org', summary: 'Bücher\nBcc: eve@example.org' }] });
  const [head = '', ...body] = got().split('\n\n');
  expect(head.split('\n')).toEqual([
    '-t -i',
    'To: ops@example.org, kim@example.org',
    'From: ringmaster@example.org',
    'Subject: [demo] firing: NodeLost/b Bcc: eve@example.org',
    'Date: Sat, 03 Jan 2026 00:00:00 +0000',
    'X-Ringmaster-Notification: ops/NodeLost/3',
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    'X-Priority: 1',
  ]);
  expect(body.join('\n\n')).toContain('Bücher');
});

test('a channel that the cluster file does not have is refused, with the nearest name', async () => {
  const sent = sendNotification(
    { ...notification, channel: 'opps' },
    {
      cluster: 'demo',
      channels: [{ id: 'ops', severities: ['critical'], resolved: true, way: { type: 'log' } }],
      variables: {},
    },
  );
  expect(await rejectionOf(sent)).toMatchObject({
    code: 'config.invalid',
    because: 'the cluster file has no such channel (it has ops)',
    hint: { say: 'the channel ops' },
  });
});
