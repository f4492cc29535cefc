import { type JobRef, jobKey } from '../../domain/ids.ts';
import type { NodeState } from '../../domain/node/node.ts';
import { isInService, type NodeWish, serviceOf } from '../../domain/node/wish.ts';
import { ago, plural } from '../say.ts';
import { jobsNamedMax } from '../limits.ts';

interface Wished {
  readonly state?: NodeState;
  readonly wish?: NodeWish;
  readonly waitsFor?: readonly JobRef[];
}

/** Returns the sentences about an operator's wish, or undefined when the node is in service with the slots and labels of the cluster file. */
export function sayWish({ state, wish, waitsFor = [] }: Wished, nowMs: number): string | undefined {
  if (wish === undefined) return undefined;
  const overrides = [
    ...(wish.slots === undefined ? [] : [plural(wish.slots, 'slot')]),
    ...(wish.labels === undefined ? [] : [`labels ${wish.labels.join(', ') || 'none'}`]),
  ];
  if (isInService({ wish }))
    return overrides.length === 0 ? undefined : `${overrides.join(' and ')} in place of the cluster file's, by the wish of ${asked(wish, nowMs)}.`;
  return `${serviceOf({ wish })} by the wish of ${asked(wish, nowMs)}: ${consequence(state, wish, waitsFor, nowMs)}`;
}

const asked = ({ by, reason, sinceMs }: NodeWish, nowMs: number): string => `${by} ${ago(nowMs - sinceMs)} ago (${reason})`;

function consequence(state: NodeState | undefined, wish: NodeWish, waitsFor: readonly JobRef[], nowMs: number): string {
  const drainedBefore = wish.drainedAtMs;
  if (drainedBefore !== undefined)
    return `its last job ended ${ago(nowMs - drainedBefore)} ago${state === 'lost' ? ', before the node was lost' : ''}.`;
  if (wish.service === 'cordoned') return 'it gets no new job, and its running jobs go on.';
  if (waitsFor.length > 0) return `it gets no new job, and waits for ${jobs(waitsFor)}.`;
  if (state === 'lost') return 'its jobs were given up with it. Whether their processes still run is known when the node is back.';
  return 'no job is open on it; it counts as drained when the dispatcher has confirmed that.';
}

const jobs = (refs: readonly JobRef[]): string =>
  refs.slice(0, jobsNamedMax).map(jobKey).join(', ') + (refs.length > jobsNamedMax ? ` and ${refs.length - jobsNamedMax} more` : '');
