import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClusterStatus } from '../../src/domain/cluster/status.ts';
import { createHttpServer } from '../../src/http/server.ts';
import { fixtureReads } from '../cli/cli-run.ts';
import { fixtureStatus } from '../cli/fixture-cluster.ts';
import { sentenceOf } from '../../src/domain/failure/sentence.ts';
import { hintText } from '../../src/domain/failure/hint.ts';
import type { Views } from '../../src/contract/views.ts';
import type { ClusterReads } from '../../src/service/cluster/cluster-reads.ts';

const nowMs = 1_700_000_000_000;
let status: () => ClusterStatus = () => fixtureStatus(nowMs - 3_000);
let ready = { ready: true, reasons: [] as string[] };
let eventStats: ClusterReads['eventStats'] = fixtureReads({}, () => nowMs).eventStats;
const server = createHttpServer({
  reads: fixtureReads({ status: () => status(), isReady: () => ready, eventStats: () => eventStats() }, () => nowMs),
  nowMs: () => nowMs,
  hosts: ['control.lan'],
});
let port = 0;
beforeAll(async () => {
  await server.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = server.server.address() as AddressInfo);
});
afterAll(() => server.close());

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}
const ask = (
  path: string,
  { host, method = 'GET', headers = {} }: { host?: string; method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port, path, method, agent: false, headers: host === undefined ? headers : { host, ...headers } },
      (response) => {
        let text = '';
        response.on('data', (part: Buffer) => (text += part.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', text }));
      },
    );
    asked.on('error', reject);
    asked.end();
  });
const json = async (path: string): Promise<unknown> => JSON.parse((await ask(path)).text) as unknown;

test('health and readiness are reported separately', async () => {
  expect(await json('/health')).toMatchObject({ status: 'ok', pid: process.pid });
  ready = { ready: false, reasons: ['ledger is starting'] };
  expect(await ask('/ready')).toMatchObject({ status: 503, text: '{"ready":false,"reasons":["ledger is starting"]}' });
  expect((await ask('/health')).status).toBe(200);
  ready = { ready: true, reasons: [] };
  expect((await ask('/ready')).status).toBe(200);
});

test('status carries its age', async () => {
  expect(await json('/status')).toMatchObject({ v: 1, cluster: 'demo', ageMs: 3_000 });
});

test.each([
  ['/jobs?failed=true', [{ item: 'cf.2.self-play.7', epoch: 1 }]],
  ['/jobs?limit=1', [{ epoch: 2 }]],
  ['/jobs/cf.2.self-play.7', { epoch: 2 }],
  ['/jobs/cf.2.self-play.7/1', { epoch: 1, state: 'failed' }],
  ['/queue?state=running', [{ state: 'running' }]],
  ['/queue/cf.2.self-play.7', { item: { state: 'running' }, jobs: [{ epoch: 1 }, { epoch: 2 }] }],
  ['/pipelines', [{ name: 'connect-four' }]],
  ['/pipelines/connect-four', { models: [{ id: 'connect-four.1' }] }],
  ['/syncs', [{ dataset: 'games-connect-four@a' }]],
  ['/models', [{ id: 'connect-four.1' }]],
  ['/nodes', [{ node: 'a' }, { node: 'b' }, { node: 'c' }]],
  ['/nodes/b', { state: 'suspect', recentJobs: [{ epoch: 1 }] }],
  ['/explain/cf.2.self-play.7/1', { kind: 'job', failure: { code: 'job.killed' } }],
  ['/explain/job.hang', { kind: 'failure-code' }],
  ['/ledgers', [{ file: 'work_queue.db', ok: true }]],
])('GET %s', async (path, expected) => {
  expect(await json(path)).toMatchObject(expected);
});

test.each([
  ['/jobs/none', 404, 'http.not-found'],
  ['/jobs/cf.2.self-play.7/9', 404, 'http.not-found'],
  ['/jobs/cf.2.self-play.7/2/logs', 404, 'http.not-found'],
  ['/nodes/z', 404, 'http.not-found'],
  ['/explain/nothing', 404, 'http.not-found'],
  ['/nowhere', 404, 'http.not-found'],
  ['/queue?state=wild', 400, 'http.bad-request'],
  ['/jobs?limit=100000', 400, 'http.bad-request'],
  ['/jobs/cf.2.self-play.7/1/logs?stream=both', 400, 'http.bad-request'],
])('refused: %s', async (path, code, name) => {
  const answer = await ask(path);
  expect(answer.status).toBe(code);
  const body = JSON.parse(answer.text) as Views['Failure'];
  expect(body.code).toBe(name);
  expect(body.sentence).toMatch(/^Cannot .* because .*; try .*/);
  expect(body.hint && hintText(body.hint)).not.toBe('');
  expect(body.hint).toBeDefined();
  expect(body.sentence).toBe(sentenceOf(body, 'http'));
});

test('only GET is allowed', async () => {
  expect(await ask('/jobs', { method: 'DELETE' })).toMatchObject({ status: 405 });
});

test('logs are plain text', async () => {
  expect(await ask('/jobs/cf.2.self-play.7/1/logs?stream=stdout')).toMatchObject({
    status: 200,
    type: 'text/plain; charset=utf-8',
    text: 'stdout of cf.2.self-play.7/1\n',
  });
});

test('a log that its node cannot give is read from what came home', async () => {
  const away = createHttpServer({
    reads: fixtureReads({
      logs: () => Promise.reject(new Error('the node does not reply')),
      keptLog: (_job, stream) => (stream === 'stderr' ? 'ValueError: x\n' : undefined),
    }),
    nowMs: () => nowMs,
    hosts: [],
  });
  const logs = (stream: string) => away.inject({ url: `/jobs/cf.2.self-play.7/1/logs?stream=${stream}`, headers: { host: '127.0.0.1' } });
  expect(await logs('stderr')).toMatchObject({ statusCode: 200, payload: 'ValueError: x\n' });
  expect((await logs('stdout')).statusCode, 'neither the node nor home has it').toBeGreaterThanOrEqual(400);
  await away.close();
});

describe('names', () => {
  test.each(['127.0.0.1', 'localhost:8790', '[::1]:8790', 'LOCALHOST', 'control.lan:8790'])('%s is accepted as this machine', async (host) => {
    expect((await ask('/status', { host })).status).toBe(200);
  });
  test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:8790', 'evil.example:127.0.0.1'])('%j is refused', async (host) => {
    const answer = await ask('/status', { host });
    expect(answer.status).toBe(403);
    expect(answer.text).not.toContain('connect-four');
  });
});

test('metrics: help, type and bounded labels', async () => {
  const { text, type } = await ask('/metrics');
  expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
  for (const line of [
    '# HELP ringmaster_queue_items Work items by state.',
    '# TYPE ringmaster_queue_items gauge',
    'ringmaster_queue_items{state="pending"} 3',
    'ringmaster_jobs_open{kind="self-play"} 3',
    'ringmaster_jobs_open{kind="train"} 0',
    'ringmaster_nodes{state="suspect"} 1',
    'ringmaster_nodes{state="lost"} 0',
    'ringmaster_games_total{pipeline="connect-four"} 200',
    'ringmaster_promotions_total{pipeline="connect-four"} 1',
    'ringmaster_read_model_age_seconds 3',
    'ringmaster_deliveries_total{subscriber="dispatcher"} 7',
    'ringmaster_delivery_lag_events{subscriber="dispatcher"} 1',
    'ringmaster_delivery_lag_seconds{subscriber="dispatcher"} 59',
    'ringmaster_delivery_retried_events{subscriber="dispatcher"} 0',
    'ringmaster_dead_letters{subscriber="dispatcher"} 1',
    'ringmaster_alerts_firing{alertname="NodeLost",severity="critical"} 1',
    'ringmaster_delivery_skipped_events_total{subscriber="dispatcher"} 0',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  for (const line of samples) expect(line).toMatch(/^[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? -?[\d.e+]+$/);
  expect(text).not.toContain('cf.2');
});

test('metrics without the event log: the other numbers are there', async () => {
  const before = eventStats;
  eventStats = () => {
    throw new Error('the file is damaged');
  };
  const answer = await ask('/metrics');
  eventStats = before;
  expect(answer.status).toBe(200);
  expect(answer.text).toContain('ringmaster_queue_items{state="pending"} 3');
  expect(answer.text).not.toContain('ringmaster_dead_letters{');
});

test('the daemons are read without the rest of the status', async () => {
  const before = status;
  status = () => {
    throw new Error('the status was read');
  };
  const [all, one] = [await ask('/daemons'), await ask('/daemons/EVENT_ROUTER')];
  status = before;
  expect((JSON.parse(all.text) as readonly unknown[]).length).toBe(3);
  expect(JSON.parse(one.text)).toMatchObject({ id: 'EVENT_ROUTER', state: 'failed' });
});

test('the page escapes what comes from outside', async () => {
  const before = status;
  status = () => ({ ...fixtureStatus(nowMs), cluster: '<script>alert(1)</script>', temporalUi: 'javascript:alert(1)' });
  const { text, type } = await ask('/');
  status = before;
  expect(type).toBe('text/html; charset=utf-8');
  expect(text).not.toContain('<script');
  expect(text).not.toContain('javascript:');
  expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(text).toContain('<td>cf.2.self-play.7/2</td>');
});

test('a read that throws returns 500 with a sentence and without a stack', async () => {
  const before = status;
  status = () => {
    throw new Error('boom');
  };
  const answer = await ask('/status');
  status = before;
  expect(answer.status).toBe(500);
  expect(JSON.parse(answer.text)).toMatchObject({ code: 'internal.defect' });
  expect(answer.text).not.toContain('.ts:');
});

describe('a request that a page of another site makes', () => {
  const logs = '/jobs/cf.2.self-play.7/1/logs';
  test.each([
    ['an image', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
    ['a frame', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }],
    ['a page on another port of this machine', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }],
    ['an older browser', { origin: 'http://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
  ])('%s: is refused for every route', async (_, headers) => {
    for (const path of [logs, '/status', '/ledgers', '/']) {
      expect(await ask(path, { headers })).toMatchObject({ status: 403, text: expect.stringContaining('http.cross-site') });
    }
  });
  test('a followed link opens a page that is cheap to make, and no log', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect((await ask('/', { headers })).status).toBe(200);
    for (const path of [logs, '/explain/job.hang', '/ledgers']) expect((await ask(path, { headers })).status).toBe(403);
  });
  test('our own page and a person who types the address are served', async () => {
    for (const site of ['same-origin', 'none']) {
      const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
      expect((await ask('/explain/job.hang', { headers })).status).toBe(200);
    }
    expect((await ask('/status', { headers: { origin: `http://127.0.0.1:${port}` } })).status).toBe(200);
  });
});
