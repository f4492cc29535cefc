import type { ClusterStatus } from '../../domain/cluster/status.ts';
import type { NodeView } from '../../domain/node/node.ts';
import { ago } from '../say.ts';

type Around = Pick<ClusterStatus, 'nodeLimits' | 'nodes'>;

/**
 * Returns when a node responded last and what happens when, for a node that does not respond or was not looked at lately. Returns undefined for a node that
 * responds, because its jobs are known.
 */
export function sayUnheard(node: NodeView, around: Around, nowMs: number): string | undefined {
  if (node.isLookOld) return `${sayOldLook(node)} What its jobs do now is not known.`;
  if (node.state === 'alive') return undefined;
  return `${sayLastResponse(node, nowMs)} ${whatNext(node, around, nowMs)}`;
}

/** Returns the sentence for a node whose last look is old. */
export const sayOldLook = ({ lookAgeMs = 0, observedAtMs, state }: NodeView): string =>
  `Not looked at since ${clock(observedAtMs)} (${ago(lookAgeMs)}); it was ${state} then.`;

const sayLastResponse = ({ heardAtMs }: NodeView, nowMs: number): string =>
  heardAtMs === undefined ? 'The node has never responded.' : `The node responded last ${ago(nowMs - heardAtMs)} ago (${clock(heardAtMs)}).`;

function whatNext(found: NodeView, around: Around, nowMs: number): string {
  const { node, state } = found;
  if (state === 'lost') return 'It is declared lost: its jobs go to other nodes.';
  return `It is ${state}, and its jobs are not started elsewhere. ${whenLost(found, around, nowMs)} \`ringmaster node lost ${node}\` declares it lost at once.`;
}

/** Returns when the sweep declares the node lost. `grade.ts` has the rule. */
function whenLost({ heardAtMs, sinceMs }: NodeView, { nodeLimits, nodes }: Around, nowMs: number): string {
  if (nodes.length === 1) return 'It is the only node, so no rule declares it lost: its jobs wait until it is back.';
  const responding = nodes.filter(({ state }) => state === 'alive').length;
  if (responding * 2 < nodes.length)
    return `It is not declared lost while fewer than half of the nodes respond (${responding} of ${nodes.length}): its jobs wait until it is back.`;
  const lostAfterMs = nodeLimits.lostAfterSeconds * 1_000;
  const leftMs = Math.max(0, lostAfterMs - (nowMs - (heardAtMs ?? sinceMs)));
  const when = leftMs === 0 ? 'now, as soon as the rule allows it' : `in ${ago(leftMs)} at the earliest`;
  return `When looks have failed for ${ago(lostAfterMs)}, ${when}, it is declared lost and its jobs go to other nodes, while at least half of the nodes respond.`;
}

/** Returns the time of day in UTC. */
const clock = (atMs: number): string => `${new Date(atMs).toISOString().slice(11, 19)} UTC`;
