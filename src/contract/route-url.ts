import { routeOf, type ParamsOf, type QueryOf, type RouteId } from './routes.ts';

/** The parameters of a request. A query parameter that is undefined or false is left out, and the server then uses the parameter's default. */
export interface RouteQuestion<Id extends RouteId> {
  readonly params?: ParamsOf<Id>;
  readonly query?: { readonly [Name in keyof QueryOf<Id>]?: QueryOf<Id>[Name] | undefined };
}

/** Returns the path and the query string of a request to a route. */
export function routeUrl<Id extends RouteId>(id: Id, { params, query }: RouteQuestion<Id> = {}): string {
  const given = (params ?? {}) as Readonly<Record<string, string>>;
  const path = routeOf(id).path.replaceAll(/\{(\w+)(\+?)\}/g, (_, name: string, rest: string) => {
    const value = given[name] ?? '';
    return rest === '' ? encodeURIComponent(value) : value.split('/').map(encodeURIComponent).join('/');
  });
  const set = Object.entries((query ?? {}) as Readonly<Record<string, string | number | boolean | undefined>>).flatMap(([name, value]) =>
    value === undefined || value === false ? [] : [`${name}=${encodeURIComponent(String(value))}`],
  );
  return set.length === 0 ? path : `${path}?${set.join('&')}`;
}
