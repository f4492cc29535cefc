/** Sends a request to every route and checks each response against the published document. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createProgram } from '../../src/cli/program/program.ts';
import { routeUrl } from '../../src/contract/route-url.ts';
import { routeIds, routeOf, type RouteId, type RouteResponse } from '../../src/contract/routes.ts';
import { createHttpServer } from '../../src/http/server.ts';
import { fixtureReads } from '../cli/cli-run.ts';
import { fixtureStatus } from '../cli/fixture-cluster.ts';
import { readRepositoryFile } from '../support/repository.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const nowMs = 1_700_000_000_000;
const document = JSON.parse(readRepositoryFile('docs/openapi.json')) as { readonly [key: string]: Json };
const version = (JSON.parse(readRepositoryFile('package.json')) as { readonly version: string }).version;
let ready = true;
let broken = false;
const server = createHttpServer({
  reads: fixtureReads(
    {
      status: () => {
        if (broken) throw new Error('boom');
        return fixtureStatus(nowMs);
      },
      isReady: () => ({ ready, reasons: ready ? [] : ['ledger is starting'] }),
    },
    () => nowMs,
  ),
  nowMs: () => nowMs,
});

/** Returns a copy of the schema that forbids every field that the schema does not name. The published document allows unknown fields. */
const closed = (schema: Json): Json => {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return 'properties' in inner && !('additionalProperties' in inner) ? { ...inner, additionalProperties: false } : inner;
};
const ajv = new Ajv2020({ strict: false, allErrors: true });
beforeAll(async () => {
  ajv.addSchema({ $id: 'openapi', ...(closed(document) as object) });
  await server.ready();
});
afterAll(() => server.close());

function schemaOf(response: RouteResponse): object {
  if ('text' in response) return { type: 'string', minLength: 1 };
  const name = 'view' in response ? response.view : response.list;
  const ref = { $ref: `openapi#/components/schemas/${name}` };
  return 'view' in response ? ref : { type: 'array', minItems: 1, items: ref };
}

/** The fixture contains these ids. */
const params: Readonly<Record<string, string>> = {
  item: 'cf.2.self-play.7',
  epoch: '1',
  name: 'connect-four',
  daemon: 'EVENT_ROUTER',
  node: 'b',
  id: 'cf.2.self-play.7/1',
  event: '0aaaaaaab-cccccccc',
  alert: 'NodeLost/c',
};
const urlOf = (id: RouteId): string => routeUrl(id, { params: params as never });
const ask = async (url: string) => {
  const response = await server.inject({ url, headers: { host: '127.0.0.1' } });
  return { status: response.statusCode, type: String(response.headers['content-type']), text: response.body };
};
function mustFit(schema: object, body: unknown): void {
  const validate = ajv.compile(schema);
  validate(body);
  expect(validate.errors ?? []).toEqual([]);
}

describe('every route returns what the document says', () => {
  test.each(routeIds)('%s', async (id) => {
    const { response } = routeOf(id);
    // This route returns the log of the item's newest job. The fixture has logs of the first job only, so there is no log to return.
    if (id === 'newestLogs') return expect((await ask(urlOf(id))).status).toBe(404);
    const answer = await ask(urlOf(id));
    expect(answer.status).toBe(200);
    expect(answer.type).toBe('text' in response ? response.text : 'application/json; charset=utf-8');
    mustFit(schemaOf(response), 'text' in response ? answer.text : JSON.parse(answer.text));
  });

  test('the server serves the published document', async () => {
    expect(JSON.parse((await ask('/openapi.json')).text)).toEqual(document);
    expect(document['info']).toMatchObject({ version });
  });

  test.each(routeIds)('the document has route %s with its parameters', (id) => {
    const { path, method, params: names = {}, query = {} } = routeOf(id);
    const operation = (document['paths'] as Record<string, Record<string, { operationId: string; parameters: { name: string; in: string }[] }>>)[
      path.replace('+}', '}')
    ]?.[method.toLowerCase()];
    expect(operation?.operationId).toBe(id);
    expect(operation?.parameters.map((one) => `${one.in} ${one.name}`)).toEqual([
      ...Object.keys(names).map((name) => `path ${name}`),
      ...Object.keys(query).map((name) => `query ${name}`),
    ]);
  });
});

describe('a refusal has the published shape', () => {
  const failure = { $ref: 'openapi#/components/schemas/Failure' };
  test.each(
    [
      ['/nowhere', 404],
      ['/nodes/z', 404],
      ['/explain/nothing', 404],
      ['/explain/', 404],
      ['/jobs/%2e%2e%2f%2e%2e%2fetc%2fpasswd', 404],
      [`/jobs/${'x'.repeat(400)}`, 414],
      [`/${'x'.repeat(8_000)}`, 404],
      [`/explain/${'x'.repeat(8_000)}`, 404],
      ['/jobs/a%00b', 404],
      ['/explain/__proto__', 404],
      ['/jobs/%zz', 400],
      ['/jobs?limit=0', 400],
      ['/jobs?limit=-1', 400],
      ['/jobs?limit=1e2', 400],
      ['/jobs?limit=', 400],
      ['/jobs?limit=99999999999999999999', 400],
      ['/jobs?limit=1&limit=2', 400],
      ['/jobs?node=a&node=b', 400],
      ['/jobs?failed=perhaps', 400],
      [`/queue?state=${'x'.repeat(4_000)}`, 400],
      ['/queue?state=__proto__', 400],
      ['/jobs/cf.2.self-play.7/1/logs?stream=stdin', 400],
    ].map(([url, status]) => [String(url).slice(0, 60), String(url), status] as const),
  )('%s', async (_shown, url, status) => {
    const answer = await ask(url);
    expect(answer.status).toBe(status);
    expect(answer.text.length).toBeLessThan(1_500);
    mustFit(failure, JSON.parse(answer.text));
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const)('%s changes nothing', async (method) => {
    const response = await server.inject({ method, url: '/jobs', headers: { host: '127.0.0.1' } });
    expect(response.statusCode).toBe(405);
    mustFit(failure, response.json());
  });

  test('a body with a POST, of any type, is refused the same way', async () => {
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'nonsense']) {
      const response = await server.inject({ method: 'POST', url: '/jobs', headers: { host: '127.0.0.1', 'content-type': type }, payload: '{' });
      expect(response.statusCode).toBeGreaterThanOrEqual(400);
      expect(response.statusCode).toBeLessThan(500);
      mustFit(failure, response.json());
    }
  });

  test('a long foreign host and a long path are not sent back whole', async () => {
    const long = 'x'.repeat(8_000);
    for (const request of [
      { method: 'GET', url: '/', headers: { host: `${long}.example` } },
      { method: 'PUT', url: `/${long}`, headers: { host: '127.0.0.1' } },
    ] as const) {
      const response = await server.inject(request);
      expect(response.statusCode).toBe(request.method === 'GET' ? 403 : 405);
      expect(response.body.length).toBeLessThan(1_500);
      mustFit(failure, response.json());
    }
  });

  test('a defect', async () => {
    broken = true;
    const answer = await ask('/status');
    broken = false;
    expect(answer.status).toBe(500);
    mustFit(failure, JSON.parse(answer.text));
  });
});

test('/ready returns the same shape while some process does not run', async () => {
  ready = false;
  const answer = await ask('/ready');
  ready = true;
  expect(answer.status).toBe(503);
  mustFit({ $ref: 'openapi#/components/schemas/Readiness' }, JSON.parse(answer.text));
});

test('a parameter that a route does not have is ignored, and names of the prototype are no parameters', async () => {
  expect((await ask('/jobs?unknown=1&__proto__=2&constructor=3')).status).toBe(200);
});

test('each link of the front page works', async () => {
  const links = [...(await ask('/')).text.matchAll(/<a href="(\/[^"]*)"/g)].map(([, link]) => link ?? '');
  expect(links).toEqual(routeIds.filter((id) => id !== 'page' && routeOf(id).params === undefined).map((id) => routeOf(id).path));
  for (const link of links) expect((await ask(link)).status).toBe(200);
});

test('the verb of each route is a verb of the CLI', () => {
  const program = createProgram(
    () => {
      throw new Error('no verb runs here');
    },
    () => undefined,
  );
  for (const id of routeIds) {
    const { verb } = routeOf(id);
    if (verb === undefined) continue;
    const [first, second] = verb.split(' ');
    const command = program.commands.find((one) => one.name() === first);
    expect(second === undefined ? command : command?.commands.find((one) => one.name() === second), verb).toBeDefined();
  }
});
