/**
 * The wish of an operator for a node. The ledger stores wishes apart from the sweep's observations, and only an operator changes a wish.
 *
 *   in-service, cordoned           ──drain────→ draining ──(the last job ended)──→ drained
 *   in-service, draining, drained  ──cordon───→ cordoned
 *   cordoned, draining, drained    ──uncordon─→ in-service
 *
 * A node that is not in service gets no new job: no pending item, no item for a slot that another job has freed, and no replacement. Its running jobs go on.
 * `drained` is not a wish. A node is drained when its wish is `draining` and has `drainedAtMs`. The ledger sets `drainedAtMs` when the node has no job left.
 *
 * Never allowed: a wish that the sweep changes; a drained node with a job that still holds slots; a wish that is lost when a process ends.
 */
import { given } from '../../base/given.ts';
import type { JobRef, NodeId } from '../ids.ts';

export const nodeServices = ['in-service', 'cordoned', 'draining'] as const;
export type NodeService = (typeof nodeServices)[number];
/** The services as people read them. A draining node without a job is drained. */
export const nodeServicesShown = [...nodeServices, 'drained'] as const;
type NodeServiceShown = (typeof nodeServicesShown)[number];

/** The verb that puts a node into each service: `ringmaster node <verb> <id>`. */
export const serviceVerbs: Readonly<Record<NodeService, { readonly verb: string; readonly description: string }>> = {
  cordoned: { verb: 'cordon', description: 'give it no new job; running jobs go on' },
  'in-service': { verb: 'uncordon', description: 'give it jobs again: the end of a cordon or a drain' },
  draining: { verb: 'drain', description: 'give it no new job, and say when its last job has ended; it survives restarts' },
};

export interface NodeWish {
  readonly service: NodeService;
  /** The reason for the wish, in the operator's words. */
  readonly reason: string;
  /** The operator, as `user@host`. */
  readonly by: string;
  readonly sinceMs: number;
  /** The number of slots that replaces the number in the cluster file. Absent when the cluster file decides. */
  readonly slots?: number;
  /** The labels that replace those in the cluster file. Absent when the cluster file decides. */
  readonly labels?: readonly string[];
  /** The time when the ledger recorded that the draining node had no job left. */
  readonly drainedAtMs?: number;
}

/** Returns the wish that was changed last. The comparison is needed because messages about wishes can arrive late. */
export const newerWish = (a: NodeWish | undefined, b: NodeWish | undefined): NodeWish | undefined =>
  a === undefined || (b !== undefined && lastChangeMs(b) >= lastChangeMs(a)) ? b : a;
export const lastChangeMs = ({ sinceMs, drainedAtMs }: NodeWish): number => Math.max(sinceMs, drainedAtMs ?? 0);

/**
 * An operator's request for a new wish. An absent field leaves its part of the wish as it is. A field with null lets the cluster file decide again.
 */
export interface AskedWish {
  readonly service: NodeService;
  readonly reason: string;
  readonly by: string;
  readonly slots?: number | null;
  readonly labels?: readonly string[] | null;
}

/** The input of the workflow `wishNode`, which docs/temporal-cli.md documents. */
export interface WishRequest extends Omit<AskedWish, 'service'> {
  readonly node: NodeId;
  /** `lost` is no service: it declares a node lost that does not answer (`decided-loss.ts`), and changes no wish. */
  readonly service: NodeService | 'lost';
  /** When true, the ledger accepts the wish even if the node is the last one on which some pending items could run. */
  readonly force?: boolean;
}

export interface WishReply {
  readonly node: NodeId;
  /** The wish after the request. Absent when no operator has made a wish for this node. */
  readonly wish?: NodeWish;
  /** False when the request changed nothing. */
  readonly changed: boolean;
  /** The evidence of the loss, after a request to declare the node lost. */
  readonly lost?: string;
  /** The jobs that the node still has. */
  readonly openJobs: readonly JobRef[];
}

/** Returns the time of the next change of a wish. The time always grows, even when the clock steps back, so that two wishes always have an order. */
export const nextChangeMs = (before: NodeWish | undefined, nowMs: number): number =>
  before === undefined ? nowMs : Math.max(nowMs, lastChangeMs(before) + 1);

/** Returns the wish after this request, or undefined when the request changes nothing. A repeated request keeps the first reason and time. */
export function nextWish(before: NodeWish | undefined, asked: AskedWish, nowMs: number): NodeWish | undefined {
  const service = asked.service;
  const slots = asked.slots === undefined ? before?.slots : (asked.slots ?? undefined);
  const labels = asked.labels === undefined ? before?.labels : (asked.labels ?? undefined);
  const isSame =
    service === (before?.service ?? 'in-service') && slots === before?.slots && JSON.stringify(labels) === JSON.stringify(before?.labels);
  if (isSame) return undefined;
  const isDrained = service === 'draining' && before?.service === 'draining' && before.drainedAtMs !== undefined;
  return {
    service,
    reason: asked.reason,
    by: asked.by,
    sinceMs: nextChangeMs(before, nowMs),
    ...given({ slots, labels, drainedAtMs: isDrained ? before.drainedAtMs : undefined }),
  };
}

type Wished = { readonly wish?: NodeWish | undefined };
export const isInService = ({ wish }: Wished): boolean => wish === undefined || wish.service === 'in-service';
export const isDraining = ({ wish }: Wished): boolean => wish?.service === 'draining' && wish.drainedAtMs === undefined;
export const isDrained = ({ wish }: Wished): boolean => wish?.service === 'draining' && wish.drainedAtMs !== undefined;

/** Returns the service of a node as people read it. The word is `drained` once a draining node has no job left. */
export const serviceOf = (node: Wished): NodeServiceShown => (isDrained(node) ? 'drained' : (node.wish?.service ?? 'in-service'));

/** Returns the state of a node, with its service unless it is in service, and with its rest: `alive`, `alive, draining`, or `alive, resting`. */
export const stateAndService = (node: Wished & { readonly state: string; readonly rest?: unknown }): string =>
  [node.state, ...(isInService(node) ? [] : [serviceOf(node)]), ...(node.rest === undefined ? [] : ['resting'])].join(', ');
