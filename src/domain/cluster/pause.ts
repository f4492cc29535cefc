/**
 * The pause of the whole cluster: no job starts on any node, and running jobs go on. To the dispatcher, to `explain` and to the stages, each node that is
 * in service is then cordoned, for the reason of the pause. The wishes for the nodes stay as they are, and hold again after the pause.
 *
 *   goes on ──pause──→ paused ──resume──→ goes on
 *
 * Never allowed: a job that starts while the cluster is paused; a pause that is lost when a process ends.
 */
import { authorFaults } from '../author-faults.ts';
import type { NodeWish } from '../node/wish.ts';

export interface ClusterPause {
  /** The operator, as `user@host`. */
  readonly by: string;
  readonly reason: string;
  readonly sinceMs: number;
}

export const pauseVerbs = ['pause', 'resume'] as const;
export type PauseVerb = (typeof pauseVerbs)[number];

/** The input of the workflow `pauseCluster`, which docs/temporal-cli.md documents. */
export interface PauseRequest {
  readonly verb: PauseVerb;
  readonly by: string;
  readonly reason: string;
}

export interface PauseReply {
  readonly verb: PauseVerb;
  /** False when the cluster was as the request wants it. */
  readonly changed: boolean;
  /** The pause after the request, or the one that a `resume` has ended. */
  readonly pause?: ClusterPause;
}

/** Returns one sentence for each fault of a request, which a person may have written by hand. */
export function pauseFaults({ verb, by, reason }: { readonly [Field in keyof PauseRequest]: unknown }): readonly string[] {
  return [...(pauseVerbs.some((known) => known === verb) ? [] : [`verb must be ${pauseVerbs.join(' or ')}`]), ...authorFaults({ reason, by })];
}

/** Returns the wish that holds for a node. During a pause, a node in service is cordoned. */
export function wishDuring(pause: ClusterPause | undefined, wish: NodeWish | undefined): NodeWish | undefined {
  if (pause === undefined || (wish !== undefined && wish.service !== 'in-service')) return wish;
  const { by, reason, sinceMs } = pause;
  return { ...wish, service: 'cordoned', by, sinceMs, reason: `the whole cluster is paused: ${reason}` };
}
