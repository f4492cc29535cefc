import type { NodeId } from '../ids.ts';
import type { NodeState, ObservedNode } from './node.ts';
import type { NodeTransition } from './node-change.ts';
import type { NodeRest } from './node-rest.ts';
import { type NodeWish, serviceOf } from './wish.ts';

/** Returns the transitions from the recorded states of the nodes to the states that the sweep observes now. */
export function stateTransitions(before: ReadonlyMap<NodeId, NodeState>, now: readonly ObservedNode[], nowMs: number): readonly NodeTransition[] {
  const named = new Set(now.map(({ node }) => node));
  const changed = now.flatMap(({ node, state, evidence, sinceMs }): NodeTransition[] => {
    const from = before.get(node);
    if (from === undefined) return [{ node, what: 'state', to: state, evidence, atMs: nowMs }];
    return from === state ? [] : [{ node, what: 'state', from, to: state, evidence, atMs: sinceMs }];
  });
  const removed = [...before].flatMap(([node, from]): NodeTransition[] =>
    named.has(node) ? [] : [{ node, what: 'state', from, to: 'removed', evidence: 'the cluster file no longer names it', atMs: nowMs }],
  );
  return [...changed, ...removed];
}

/** Returns the transition of service from one wish to the next. Returns an empty list when both wishes have the same service. */
export function serviceTransition(node: NodeId, before: NodeWish | undefined, wish: NodeWish): readonly NodeTransition[] {
  const from = serviceOf({ wish: before });
  const to = serviceOf({ wish });
  if (from === to) return [];
  const evidence = to === 'drained' ? 'its last job has ended' : `${wish.by}: ${wish.reason}`;
  return [{ node, what: 'service', from, to, evidence, atMs: wish.drainedAtMs ?? wish.sinceMs }];
}

/** Returns the transition when a rest begins, is prolonged or ends. `ended` says why the rest ends. */
export function restTransition(
  node: NodeId,
  before: NodeRest | undefined,
  now: NodeRest | undefined,
  ended: string,
  nowMs: number,
): readonly NodeTransition[] {
  if (before?.sinceMs === now?.sinceMs) return [];
  const word = (rest: NodeRest | undefined) => (rest === undefined ? 'working' : 'resting');
  const evidence = now === undefined ? ended : `${now.because}; until ${new Date(now.untilMs).toISOString()}`;
  return [{ node, what: 'rest', from: word(before), to: word(now), evidence, atMs: nowMs }];
}
