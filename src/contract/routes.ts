/**
 * The table of HTTP routes. Each row says how a client asks, what the server returns, and which verb of the CLI shows the same. The server registers
 * its handlers from this table, and the CLI makes its requests from it. The links of the front page, the hints of the server, docs/http.md and
 * docs/openapi.json are made from the table too. To add a route, add a row here and its handler in `src/http/route/`. A new view also needs a schema in
 * `src/http/openapi/schemas.ts`.
 */
import { itemStates } from '../domain/item/work-item.ts';
import type { HttpListener } from '../domain/cluster/http-listeners.ts';
import { alertRoutes } from './alert-routes.ts';
import type { ViewName, Views } from './views.ts';

/** A parameter of the query string. */
export type QueryParameter = { readonly about: string } & (
  | { readonly type: 'text' }
  | { readonly type: 'flag' }
  | { readonly type: 'choice'; readonly values: readonly string[]; readonly default?: string }
  | { readonly type: 'whole'; readonly min: number; readonly max: number; readonly default: number }
);

/** The response of a route: one view, a list of views, or text of a content type. */
export type RouteResponse = { readonly view: ViewName } | { readonly list: ViewName } | { readonly text: string };

export interface Route {
  readonly method: 'GET';
  /** The path, in the notation of OpenAPI. `{item}` is a parameter that holds one segment. `{id+}` is a parameter that holds the whole rest of the path. */
  readonly path: `/${string}`;
  readonly summary: string;
  /** The meaning of each parameter of the path. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, QueryParameter>>;
  readonly response: RouteResponse;
  /** Another status than 200 with which the server can return the same shape. `when` describes the case. */
  readonly otherwise?: { readonly status: number; readonly when: string };
  /** True for a route that reads a node, asks Temporal or reads a whole ledger. Another site cannot make a browser ask for it, not even by a link. */
  readonly costly?: true;
  /** The listeners that serve the route. Absent: the main one. */
  readonly listeners?: readonly HttpListener[];
  /** The verb of the CLI that shows the same as the route. */
  readonly verb?: string;
  /** The first release that has the route. */
  readonly since: string;
}

const item = 'Id of a work item.';
const daemon = 'Name of a daemon, such as EVENT_ROUTER or tensorboard.';
const eventId = 'Id of an event.';
const epoch = 'Number of the try, from 1.';
const limit = { type: 'whole', min: 1, max: 1_000, default: 200, about: 'Entries at most.' } as const;
const stream = { type: 'choice', values: ['stderr', 'stdout'], default: 'stderr', about: 'Which output of the program.' } as const;
const after = {
  type: 'whole',
  min: 0,
  max: Number.MAX_SAFE_INTEGER,
  default: 0,
  about: 'Only what is behind this position: `end` of the part before.',
} as const;
const json = { method: 'GET', since: '0.1.0' } as const;
const plainText = 'text/plain; charset=utf-8';

/** The routes. The generated documents and the links of the front page follow the order of this table. */
export const routes = {
  page: { ...json, path: '/', summary: 'The front page, for a browser.', response: { text: 'text/html; charset=utf-8' } },
  status: { ...json, path: '/status', summary: 'The whole cluster, and the age of its numbers.', response: { view: 'Status' }, verb: 'status' },
  jobs: {
    ...json,
    path: '/jobs',
    summary: 'Jobs: the open ones first, then the closed ones, the newest first.',
    query: {
      node: { type: 'text', about: 'Only jobs on this node.' },
      pipeline: { type: 'text', about: 'Only jobs of this pipeline.' },
      failed: { type: 'flag', about: 'Only jobs that ended in a failure. A cancelled job did not fail.' },
      limit,
    },
    response: { list: 'Job' },
    verb: 'job list',
  },
  newestJob: { ...json, path: '/jobs/{item}', summary: 'The newest job of an item.', params: { item }, response: { view: 'Job' }, verb: 'job show' },
  job: { ...json, path: '/jobs/{item}/{epoch}', summary: 'One job.', params: { item, epoch }, response: { view: 'Job' }, verb: 'job show' },
  newestLogs: {
    ...json,
    path: '/jobs/{item}/logs',
    costly: true,
    summary: 'The end of what the newest job of an item wrote, from its node or from the part that came home.',
    params: { item },
    query: { stream },
    response: { text: plainText },
    verb: 'job logs',
  },
  logs: {
    ...json,
    path: '/jobs/{item}/{epoch}/logs',
    costly: true,
    summary: 'The end of what one job wrote, from its node or from the part that came home.',
    params: { item, epoch },
    query: { stream },
    response: { text: plainText },
    verb: 'job logs',
  },
  logPart: {
    ...json,
    path: '/jobs/{item}/{epoch}/log-part',
    costly: true,
    summary: 'The part of the log of one job behind a position, from its node, for a reader that follows the log.',
    params: { item, epoch },
    query: { stream, after },
    response: { view: 'LogPart' },
    verb: 'job logs',
  },
  queue: {
    ...json,
    path: '/queue',
    summary: 'Work items: pending ones in the order in which they will be claimed, others the newest first.',
    query: { state: { type: 'choice', values: itemStates, about: 'Only items in this state.' }, limit },
    response: { list: 'Item' },
    verb: 'queue list',
  },
  item: {
    ...json,
    path: '/queue/{item}',
    summary: 'One work item with its jobs.',
    params: { item },
    response: { view: 'ItemFacts' },
    verb: 'queue show',
  },
  pipelines: { ...json, path: '/pipelines', summary: 'The pipelines.', response: { list: 'Pipeline' }, verb: 'pipeline list' },
  pipeline: {
    ...json,
    path: '/pipelines/{name}',
    summary: 'One pipeline with its models.',
    params: { name: 'Name of a pipeline.' },
    response: { view: 'PipelineFacts' },
    verb: 'pipeline show',
  },
  daemons: { ...json, path: '/daemons', summary: 'The daemons: the duties that are always on.', response: { list: 'Daemon' }, verb: 'daemon list' },
  daemon: { ...json, path: '/daemons/{daemon}', summary: 'One daemon.', params: { daemon }, response: { view: 'Daemon' }, verb: 'daemon show' },
  daemonLogs: {
    ...json,
    path: '/daemons/{daemon}/logs',
    costly: true,
    summary: 'The end of what the newest process of a command daemon wrote, from its node.',
    params: { daemon },
    query: { stream },
    response: { text: plainText },
    verb: 'daemon logs',
  },
  daemonLogPart: {
    ...json,
    path: '/daemons/{daemon}/log-part',
    costly: true,
    summary: 'The part of the log of a process of a command daemon behind a position, from its node, for a reader that follows the log.',
    params: { daemon },
    query: { stream, after, process: { type: 'whole', min: 0, max: 1_000_000_000, default: 0, about: 'Number of the process. 0: the newest.' } },
    response: { view: 'LogPart' },
    verb: 'daemon logs',
  },
  ...alertRoutes,
  syncs: { ...json, path: '/syncs', summary: 'The latest syncs of datasets.', response: { list: 'Sync' }, verb: 'sync list' },
  nodes: { ...json, path: '/nodes', summary: 'The nodes.', response: { list: 'Node' }, verb: 'node list' },
  node: {
    ...json,
    path: '/nodes/{node}',
    summary: 'One node with its jobs.',
    params: { node: 'Id of a node.' },
    response: { view: 'NodeFacts' },
    verb: 'node show',
  },
  models: { ...json, path: '/models', summary: 'The latest models, the newest first.', response: { list: 'Model' } },
  explain: {
    ...json,
    path: '/explain/{id+}',
    costly: true,
    summary: 'Why something waits, failed or was tried again.',
    params: { id: 'Id of an item, job, node, pipeline, turn, sync, model or process, or a failure code.' },
    response: { view: 'Explanation' },
    verb: 'explain',
  },
  events: {
    ...json,
    path: '/events',
    summary: 'What happened: the newest events that fit, the oldest of them first.',
    query: {
      since: { type: 'text', about: 'Only events from this time on, such as 12h, 2026-01-31 or 2026-01-31T22:00:00Z.' },
      until: { type: 'text', about: 'Only events before this time.' },
      type: { type: 'text', about: 'Only events of this type.' },
      about: { type: 'text', about: 'Only events about this thing: its id, or a kind and an id such as node:b.' },
      after: { type: 'text', about: 'Only events behind this position, in the order of their positions.' },
      limit: { type: 'whole', min: 1, max: 1_000, default: 100, about: 'Entries at most.' },
    },
    response: { view: 'Events' },
    verb: 'event list',
  },
  event: { ...json, path: '/events/{event}', summary: 'One event.', params: { event: eventId }, response: { view: 'Event' }, verb: 'event show' },
  eventTrace: {
    ...json,
    path: '/events/{event}/trace',
    summary: 'One event, with the events that caused it and the events that it caused.',
    params: { event: eventId },
    response: { view: 'EventTrace' },
    verb: 'event trace',
  },
  eventStats: {
    ...json,
    path: '/event-stats',
    summary: 'How many events of each type there were, how many wait for the log, and how many each subscriber got.',
    response: { view: 'EventStats' },
    verb: 'event stats',
  },
  eventSubscriptions: {
    ...json,
    path: '/event-subscriptions',
    summary: 'The subscribers of events, what they take, and what they got.',
    response: { view: 'Subscriptions' },
    verb: 'event subscriptions',
  },
  deadLetters: {
    ...json,
    path: '/dead-letters',
    summary: 'The events that are dead for a subscriber, the newest first.',
    query: { subscriber: { type: 'text', about: 'Only events of this subscriber.' }, limit },
    response: { list: 'DeadLetter' },
    verb: 'event dead list',
  },
  deadLetter: {
    ...json,
    path: '/dead-letters/{event}',
    summary: 'One event that is dead, for each subscriber for which it is.',
    params: { event: eventId },
    response: { list: 'DeadLetter' },
    verb: 'event dead show',
  },
  ledgers: { ...json, costly: true, path: '/ledgers', summary: 'A `quick_check` of each ledger.', response: { list: 'LedgerCheck' }, verb: 'doctor' },
  metrics: { ...json, path: '/metrics', summary: 'Numbers for Prometheus.', response: { text: 'text/plain; version=0.0.4; charset=utf-8' } },
  health: {
    ...json,
    path: '/health',
    summary: 'That this process runs. It says nothing about what the process depends on.',
    response: { view: 'Health' },
  },
  ready: {
    ...json,
    path: '/ready',
    summary: 'Whether all parts that keep the cluster running do their work, by evidence that is not old.',
    response: { view: 'Readiness' },
    otherwise: { status: 503, when: 'Some part does not do its work, or the evidence for it is old. `reasons` says which.' },
  },
  live: {
    ...json,
    path: '/health/live',
    summary: 'That this process runs, for a check that reads `status` only.',
    response: { view: 'Liveness' },
    listeners: ['main', 'health'],
  },
  healthReady: {
    ...json,
    path: '/health/ready',
    summary: 'The same as `/ready`, with the state of each daemon.',
    response: { view: 'HealthReady' },
    otherwise: { status: 503, when: 'The status is `not ready`. `reasons` says why.' },
    listeners: ['main', 'health'],
  },
  openapi: { ...json, path: '/openapi.json', summary: 'This description of the server, as OpenAPI 3.1.', response: { view: 'OpenApi' } },
} as const satisfies Readonly<Record<string, Route>>;

type Routes = typeof routes;
export type RouteId = keyof Routes;

type Spec<Id extends RouteId> = Routes[Id];
type ParameterValue<Parameter> = Parameter extends { readonly type: 'whole' }
  ? number
  : Parameter extends { readonly type: 'flag' }
    ? boolean
    : Parameter extends { readonly type: 'choice'; readonly values: readonly (infer Value)[]; readonly default: unknown }
      ? Value
      : Parameter extends { readonly type: 'choice'; readonly values: readonly (infer Value)[] }
        ? Value | undefined
        : string | undefined;

/** The parameters of a route's path. */
export type ParamsOf<Id extends RouteId> =
  Spec<Id> extends { readonly params: infer Params } ? { readonly [Name in keyof Params]: string } : Readonly<Record<string, never>>;
/** The query of a route as its handler receives it: checked, and with the defaults filled in. */
export type QueryOf<Id extends RouteId> =
  Spec<Id> extends { readonly query: infer Query }
    ? { readonly [Name in keyof Query]: ParameterValue<Query[Name]> }
    : Readonly<Record<string, never>>;
/** The type of a route's response. */
export type ResponseOf<Id extends RouteId> = Spec<Id>['response'] extends { readonly view: infer Name extends ViewName }
  ? Views[Name]
  : Spec<Id>['response'] extends { readonly list: infer Name extends ViewName }
    ? readonly Views[Name][]
    : string;

export const routeIds = Object.keys(routes) as readonly RouteId[];
export const routeOf = (id: RouteId): Route => routes[id];

/** Returns true when the listener serves the route. */
export const isServedAt = (listener: HttpListener, id: RouteId): boolean => (routeOf(id).listeners ?? ['main']).includes(listener);

/** True for a route without an id in its path. */
export const isWhole = (id: RouteId): boolean => routeOf(id).params === undefined;
