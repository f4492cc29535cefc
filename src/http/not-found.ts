import { nearestName } from '../base/nearest-name.ts';
import { routeOf, type RouteId } from '../contract/routes.ts';
import { RingmasterError } from '../domain/failure/error.ts';
import type { Hint } from '../domain/failure/hint.ts';
import type { Noun } from '../domain/noun.ts';
import { shownRequestCharsMax } from './limits.ts';

/** For each noun, the route whose response lists the valid ids. No response is a list of failure codes. */
const lists: Readonly<Record<Noun, RouteId>> = {
  item: 'queue',
  job: 'jobs',
  node: 'nodes',
  pipeline: 'pipelines',
  turn: 'pipelines',
  sync: 'syncs',
  model: 'models',
  process: 'status',
  daemon: 'daemons',
  'failure-code': 'page',
};

/**
 * Returns a hint that names a route in two ways: by the verb that a person types in a shell, and by the path that a client of this server requests.
 */
export const hintTo = (id: RouteId): Hint => {
  const { path, verb } = routeOf(id);
  return { run: verb === undefined ? 'ringmaster --help' : `ringmaster ${verb}`, get: path };
};

/** Returns the failure for something that does not exist. `cannot` is shortened, because it may contain text of the request. */
export const notFound = (cannot: string, because: string, list: RouteId): RingmasterError =>
  new RingmasterError('http.not-found', { cannot: cannot.slice(0, shownRequestCharsMax), because, hint: hintTo(list) });

/** Throws the failure for an id that does not exist. The sentence has the nearest of the ids that are `known`. */
export function noSuch(noun: Noun, id: string, known: readonly string[] = []): never {
  const near = nearestName(id, known);
  throw notFound(`show ${noun} ${id}`, `there is no ${noun} with this id${near === undefined ? '' : ` (the nearest is ${near})`}`, lists[noun]);
}
