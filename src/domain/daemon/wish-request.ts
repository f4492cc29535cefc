/** An operator's request about daemons: the input of the workflow `wishDaemons`, which docs/temporal-cli.md documents. */
import type { DaemonState, DaemonWish } from './daemon.ts';

export const daemonVerbs = {
  start: { description: 'start daemons that were stopped, and the daemons that they need, in their order' },
  stop: { description: 'stop daemons until they are started again; daemons that need them wait' },
  restart: { description: 'stop daemons and start them again at once' },
  reset: { description: 'forget the failures of daemons, and start those that have failed' },
} as const satisfies Readonly<Record<string, { readonly description: string }>>;
export type DaemonVerb = keyof typeof daemonVerbs;
export const daemonVerbNames = Object.keys(daemonVerbs) as readonly DaemonVerb[];

export interface DaemonWishRequest {
  /** The daemons. Absent for all of them. */
  readonly daemons?: readonly string[];
  readonly verb: DaemonVerb;
  /** The operator as `user@host`. */
  readonly by: string;
  readonly reason: string;
}

export interface DaemonWishReply {
  readonly verb: DaemonVerb;
  /** The daemons that the request is about, in the order in which the request takes effect, with their state before the request. */
  readonly daemons: readonly { readonly id: string; readonly state: DaemonState }[];
  /** The wish after the request. Absent for `reset`, which changes no wish. */
  readonly wish?: DaemonWish;
  /** The daemons that the request starts although it does not name them, because a named one needs them. */
  readonly needed: readonly string[];
  /** The daemons that wait from now on, because they need one that stops. */
  readonly waiting: readonly string[];
  /** False when no manager runs. Control starts one, and it reads the wish from the ledger. */
  readonly received: boolean;
}

/** Returns a sentence for each fault of a request. A request can come from a person who types JSON. */
export function daemonWishFaults(request: Partial<Record<keyof DaemonWishRequest, unknown>>): readonly string[] {
  const { daemons, verb, by, reason } = request;
  return [
    ...(daemons === undefined || (Array.isArray(daemons) && daemons.length > 0 && daemons.every((one) => typeof one === 'string'))
      ? []
      : ['daemons must be a list of names, or be left out for all']),
    ...(daemonVerbNames.includes(verb as DaemonVerb) ? [] : [`verb must be one of ${daemonVerbNames.join(', ')}`]),
    ...(typeof by === 'string' && by !== '' ? [] : ['by must name the operator']),
    ...(typeof reason === 'string' && reason !== '' ? [] : ['reason must be a text']),
  ];
}
