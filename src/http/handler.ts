import type { ParamsOf, QueryOf, ResponseOf, RouteId } from '../contract/routes.ts';
import type { ClusterReads, MayWait } from '../service/cluster/cluster-reads.ts';

/** The valid parameters of a request, and the reads from which its handler makes the response. */
export interface Asked<Id extends RouteId> {
  readonly params: ParamsOf<Id>;
  readonly query: QueryOf<Id>;
  readonly reads: ClusterReads;
  readonly nowMs: number;
  /** When this server was made. */
  readonly startedAtMs: number;
  /** Makes the response have the status that the route's row names under `otherwise`. */
  readonly otherwise: () => void;
}

/** One handler for each of the routes. The handlers of all routes together are total: a row without one does not compile. */
export type Handlers<Ids extends RouteId = RouteId> = { readonly [Id in Ids]: (asked: Asked<Id>) => MayWait<ResponseOf<Id>> };
