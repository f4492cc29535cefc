/**
 * The wish of an operator for a node. The wish is stored apart from the observations of the sweep, and only an operator changes it.
 *
 *   in-service, cordoned           ──drain────→ draining ──(the last job ended)──→ drained
 *   in-service, draining, drained  ──cordon───→ cordoned
 *   cordoned, draining, drained    ──uncordon─→ in-service
 *
 * A node that is not in service gets no new job: no pending item, no item for a slot that another job has freed, and no replacement. Its running jobs go on.
 * `drained` is not a wish. It is `draining` with `drainedAtMs`, which the ledger sets when the node has no job left.
 *
 * Never allowed: a wish that the sweep changes; a drained node with a job that holds its slots; a wish that is lost with a process.
 */
import { given } from '../../base/given.ts';
import type { JobRef, NodeId } from '../ids.ts';

export const nodeServices = ['in-service', 'cordoned', 'draining'] as const;
export type NodeService = (typeof nodeServices)[number];

export interface NodeWish {
  readonly service: NodeService;
  /** Why, in the operator's words. */
  readonly reason: string;
  /** Who: `user@host`. */
  readonly by: string;
  readonly sinceMs: number;
  /** In place of the slots of the cluster file. */
  readonly slots?: number;
  /** In place of the labels of the cluster file. */
  readonly labels?: readonly string[];
  /** Only of a draining node: when its last job had ended. */
  readonly drainedAtMs?: number;
}

/** The wish that was made last. Messages about it can arrive late. */
export const newerWish = (a: NodeWish | undefined, b: NodeWish | undefined): NodeWish | undefined =>
  a === undefined || (b !== undefined && lastChangeMs(b) >= lastChangeMs(a)) ? b : a;
export const lastChangeMs = ({ sinceMs, drainedAtMs }: NodeWish): number => Math.max(sinceMs, drainedAtMs ?? 0);

/** A request of an operator. An absent field leaves that part of the wish as it is; null gives it back to the cluster file. */
export interface AskedWish {
  readonly service: NodeService;
  readonly reason: string;
  readonly by: string;
  readonly slots?: number | null;
  readonly labels?: readonly string[] | null;
}

/** The documented input of the workflow `wishNode`. */
export interface WishRequest extends AskedWish {
  readonly node: NodeId;
  /** Also when the node is the last one that some pending work could run on. */
  readonly force?: boolean;
}

export interface WishReply {
  readonly node: NodeId;
  /** The wish as it stands now. Absent when none was ever made. */
  readonly wish?: NodeWish;
  /** False when the node was in this service already. */
  readonly changed: boolean;
  /** The jobs that the node still has. */
  readonly openJobs: readonly JobRef[];
}

/** The wish after this request, or undefined when the request changes nothing. A repeat keeps the first reason and time. */
export function nextWish(before: NodeWish | undefined, asked: AskedWish, nowMs: number): NodeWish | undefined {
  const service = asked.service;
  const slots = asked.slots === undefined ? before?.slots : (asked.slots ?? undefined);
  const labels = asked.labels === undefined ? before?.labels : (asked.labels ?? undefined);
  const isSame = service === (before?.service ?? 'in-service') && slots === before?.slots && labels?.join() === before?.labels?.join();
  if (isSame) return undefined;
  const isDrained = service === 'draining' && before?.service === 'draining' && before.drainedAtMs !== undefined;
  return {
    service,
    reason: asked.reason,
    by: asked.by,
    sinceMs: nowMs,
    ...given({ slots, labels, drainedAtMs: isDrained ? before.drainedAtMs : undefined }),
  };
}

type Wished = { readonly wish?: NodeWish | undefined };
export const isInService = ({ wish }: Wished): boolean => wish === undefined || wish.service === 'in-service';
export const isDraining = ({ wish }: Wished): boolean => wish?.service === 'draining' && wish.drainedAtMs === undefined;
export const isDrained = ({ wish }: Wished): boolean => wish?.service === 'draining' && wish.drainedAtMs !== undefined;

/** The word that people read: `drained` once a draining node has no job left. */
export const serviceOf = (node: Wished): NodeService | 'drained' => (isDrained(node) ? 'drained' : (node.wish?.service ?? 'in-service'));
