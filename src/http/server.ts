import { fastify, type FastifyInstance } from 'fastify';
import type { Log } from '../telemetry/log.ts';
import { isAllowedHost } from './host-check.ts';
import type { ClusterReads } from '../service/cluster/cluster-reads.ts';
import { RingmasterError } from '../domain/failure/error.ts';
import { notFound, responseFor } from './failure-response.ts';
import { addCollections } from './route/collections.ts';
import { addWhole } from './route/status.ts';

export interface HttpServerParts {
  readonly reads: ClusterReads;
  readonly log?: Log;
  /** Names besides the loopback ones under which this server may be asked; lower case, without port. */
  readonly hosts?: readonly string[];
  readonly nowMs?: () => number;
}

/**
 * The one HTTP server, in control. It only reads: changes go through Temporal. The caller listens (`server.listen({ host, port })`, by
 * default 127.0.0.1:8790) and closes.
 */
export function createHttpServer({ reads, log, hosts = [], nowMs = Date.now }: HttpServerParts): FastifyInstance {
  const server = fastify({
    logger: false,
    forceCloseConnections: true,
    exposeHeadRoutes: true,
    bodyLimit: 64 * 1024,
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 300 },
  });
  server.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
    if (isAllowedHost(request.headers.host, hosts)) return;
    throw new RingmasterError('http.forbidden-host', {
      cannot: 'answer',
      because: `the Host header names ${JSON.stringify(request.headers.host ?? '')}, which is not this machine`,
      hint: { say: 'http://127.0.0.1 and the same port' },
    });
  });
  server.setErrorHandler((error, request, reply) => {
    const { status, body } = responseFor(error);
    if (status >= 500) log?.error({ err: error, url: request.url }, body.sentence);
    return reply.code(status).send(body);
  });
  server.setNotFoundHandler((request, reply) => {
    const known = request.method === 'GET' || request.method === 'HEAD';
    const failure = known
      ? notFound('page', request.url, { run: 'bin/ringmaster --help', get: '/' })
      : new RingmasterError('http.method', {
          cannot: `${request.method} ${request.url}`,
          because: 'this server only answers questions',
          hint: { say: 'the command line', run: 'bin/ringmaster --help' },
        });
    const { status, body } = responseFor(failure);
    return reply.code(status).send(body);
  });
  addWhole(server, reads, nowMs);
  addCollections(server, reads);
  return server;
}
