import type { ParamsOf, QueryOf, ResponseOf, RouteId } from '../contract/routes.ts';
import type { ClusterReads, MayWait } from '../service/cluster/cluster-reads.ts';

/** The valid parameters of a request, and the reads that its handler uses to make the response. */
export interface RouteRequest<Id extends RouteId> {
  readonly params: ParamsOf<Id>;
  readonly query: QueryOf<Id>;
  readonly reads: ClusterReads;
  readonly nowMs: number;
  /** When this server was made. */
  readonly startedAtMs: number;
  /** Gives the response the status that the route's row names under `otherwise`. */
  readonly otherwise: () => void;
}

/** Each route of the table has one handler. A route without a handler does not compile. */
export type Handlers = { readonly [Id in RouteId]: (request: RouteRequest<Id>) => MayWait<ResponseOf<Id>> };
