/** The listener of the health checks serves its two routes and nothing else. */
import { afterAll, expect, test } from 'vitest';
import { createHttpServer } from '../../src/http/server.ts';
import { fixtureReads } from '../cli/cli-run.ts';
import { fixtureStatus } from '../cli/fixture-cluster.ts';

const nowMs = 1_700_000_000_000;
let reasons: readonly string[] = [];
const server = createHttpServer({
  reads: fixtureReads({ status: () => fixtureStatus(nowMs), isReady: () => ({ ready: reasons.length === 0, reasons }) }, () => nowMs),
  listener: 'health',
});
afterAll(() => server.close());
const ask = async (url: string) => {
  const response = await server.inject({ url, headers: { host: '127.0.0.1' } });
  return { status: response.statusCode, body: response.json<unknown>() };
};

test('/health/live is the line that the runbook expects', async () => {
  expect(await ask('/health/live')).toEqual({ status: 200, body: { status: 'ok' } });
});

test('/health/ready has the state of each daemon, and is 503 with the reasons while a part does not do its work', async () => {
  const daemons = Object.fromEntries(fixtureStatus(nowMs).daemons.map(({ id, state }) => [id, state]));
  expect(Object.keys(daemons).length).toBeGreaterThan(1);
  expect(await ask('/health/ready')).toEqual({ status: 200, body: { status: 'ready', daemons, reasons: [] } });
  reasons = ['gateway shows no sign of life'];
  expect(await ask('/health/ready')).toEqual({ status: 503, body: { status: 'not ready', daemons, reasons } });
  reasons = [];
});

test('any other path is not found, and the refusal names a path of this listener', async () => {
  for (const path of ['/', '/status', '/jobs', '/metrics'])
    expect(await ask(path)).toMatchObject({ status: 404, body: { code: 'http.not-found', hint: { get: '/health/live' } } });
});
