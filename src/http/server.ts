import { fastify, type FastifyInstance, type FastifyReply } from 'fastify';
import type { Log } from '../telemetry/log.ts';
import { bodyBytesMax, pathPartCharsMax, requestMsMax, shownRequestCharsMax } from './limits.ts';
import { isFromAnotherSite } from './cross-site.ts';
import { isAllowedHost } from './host-check.ts';
import { isServedAt, type RouteId, routeIds } from '../contract/routes.ts';
import type { HttpListener } from '../domain/cluster/http-listeners.ts';
import { RingmasterError } from '../domain/failure/error.ts';
import { responseFor } from './failure-response.ts';
import type { ClusterReads } from '../service/cluster/cluster-reads.ts';
import { notFound } from './not-found.ts';
import { registerRoutes, type RouteConfig } from './register-routes.ts';

export interface HttpServerParts {
  readonly reads: ClusterReads;
  readonly log?: Log;
  /** Host names that requests may use besides the loopback names, in lower case and without a port. */
  readonly hosts?: readonly string[];
  readonly nowMs?: () => number;
  /** The listener whose routes the server has. */
  readonly listener?: HttpListener;
}

/**
 * The HTTP server of one listener, in control. This server only reads, because all changes go through Temporal. The caller makes the server listen
 * (`server.listen({ host, port })`, by default 127.0.0.1:8790) and closes it.
 */
export function createHttpServer({ reads, log, hosts = [], nowMs = Date.now, listener = 'main' }: HttpServerParts): FastifyInstance {
  const server = fastify({
    logger: false,
    forceCloseConnections: true,
    exposeHeadRoutes: true,
    bodyLimit: bodyBytesMax,
    // Fastify refuses some requests before any hook runs, for example one with an invalid path.
    frameworkErrors: (error, _request, reply) => {
      const { status, body } = responseFor(error);
      void (reply as FastifyReply).code(status).send(body);
    },
    requestTimeout: requestMsMax,
    routerOptions: { maxParamLength: pathPartCharsMax },
  });
  server.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
    if (!isAllowedHost(request.headers.host, hosts)) throw forbiddenHost(request.headers.host);
    const { isCostly } = request.routeOptions.config as RouteConfig;
    if (isFromAnotherSite(request.headers, isCostly ?? false)) throw crossSite(request.url);
  });
  server.setErrorHandler((error, request, reply) => {
    const { status, body } = responseFor(error);
    if (status >= 500) log?.error({ err: error, url: request.url }, body.sentence);
    return reply.code(status).send(body);
  });
  server.setNotFoundHandler((request, reply) => {
    const known = request.method === 'GET' || request.method === 'HEAD';
    const failure = known
      ? notFound(`show ${request.url}`, 'there is no such path', firstRouteAt(listener))
      : new RingmasterError('http.method', {
          cannot: `${request.method} ${request.url}`.slice(0, shownRequestCharsMax),
          because: 'this server only reads',
          hint: { say: 'the command line', run: 'ringmaster --help' },
        });
    const { status, body } = responseFor(failure);
    return reply.code(status).send(body);
  });
  registerRoutes(server, { reads, nowMs, listener });
  return server;
}

const firstRouteAt = (listener: HttpListener): RouteId => routeIds.find((id) => isServedAt(listener, id)) ?? 'page';

const forbiddenHost = (host = ''): RingmasterError =>
  new RingmasterError('http.forbidden-host', {
    cannot: 'serve the request',
    because: `the Host header names ${JSON.stringify(host.slice(0, shownRequestCharsMax))}, which is not this machine`,
    hint: { say: 'http://127.0.0.1 and the same port' },
  });

const crossSite = (url: string): RingmasterError =>
  new RingmasterError('http.cross-site', {
    cannot: `show ${url}`.slice(0, shownRequestCharsMax),
    because: 'a page of another site made the browser ask for it',
    hint: { say: 'the same address in a tab of its own', run: 'ringmaster --help' },
  });
