import type { FastifyInstance } from 'fastify';
import { isServedAt, routeIds, routeOf, type ParamsOf, type QueryOf, type RouteId, type RouteResponse } from '../contract/routes.ts';
import type { HttpListener } from '../domain/cluster/http-listeners.ts';
import type { ClusterReads } from '../service/cluster/cluster-reads.ts';
import type { Handlers } from './handler.ts';
import { readQuery } from './read-query.ts';
import { alertHandlers } from './route/alert.ts';
import { clusterHandlers } from './route/cluster.ts';
import { daemonHandlers } from './route/daemon.ts';
import { eventHandlers } from './route/event.ts';
import { explainHandlers } from './route/explain.ts';
import { itemHandlers } from './route/item.ts';
import { jobHandlers } from './route/job.ts';
import { nodeHandlers } from './route/node.ts';
import { pipelineHandlers } from './route/pipeline.ts';

const handlers: Handlers = {
  ...clusterHandlers,
  ...alertHandlers,
  ...daemonHandlers,
  ...eventHandlers,
  ...explainHandlers,
  ...itemHandlers,
  ...jobHandlers,
  ...nodeHandlers,
  ...pipelineHandlers,
};

/** Fastify's spelling of a path: `/jobs/:item`, and `/explain/*` for `/explain/{id+}`. */
const fastifyPath = (path: string): string => path.replaceAll(/\{\w+\+\}/g, '*').replaceAll(/\{(\w+)\}/g, ':$1');
const restOf = (path: string): string | undefined => /\{(\w+)\+\}/.exec(path)?.[1];

const isPage = (response: RouteResponse): boolean => 'text' in response && response.text.startsWith('text/html');

/** The facts about a route that the server's hooks read. */
export interface RouteConfig {
  readonly isCostly?: boolean;
}

export interface RegisterParts {
  readonly reads: ClusterReads;
  readonly nowMs: () => number;
  readonly listener: HttpListener;
}

/** Registers the routes of the listener, each with its handler. */
export function registerRoutes(server: FastifyInstance, parts: RegisterParts): void {
  const startedAtMs = parts.nowMs();
  for (const id of routeIds) if (isServedAt(parts.listener, id)) register(server, id, { ...parts, startedAtMs });
}

function register<Id extends RouteId>(server: FastifyInstance, id: Id, { reads, nowMs, startedAtMs }: RegisterParts & { startedAtMs: number }): void {
  const route = routeOf(id);
  const { response } = route;
  const rest = restOf(route.path);
  server.route<{ Params: Record<string, string>; Querystring: Record<string, unknown> }>({
    method: route.method,
    config: { isCostly: route.costly ?? false } satisfies RouteConfig,
    url: fastifyPath(route.path),
    handler: async ({ params, query }, reply) => {
      const body = await handlers[id]({
        params: (rest === undefined ? params : { [rest]: params['*'] }) as ParamsOf<Id>,
        query: readQuery(route, query) as QueryOf<Id>,
        reads,
        nowMs: nowMs(),
        startedAtMs,
        otherwise: () => void reply.code(route.otherwise?.status ?? 200),
      });
      if ('text' in response) reply.type(response.text);
      if (isPage(response)) reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'");
      return body;
    },
  });
}
