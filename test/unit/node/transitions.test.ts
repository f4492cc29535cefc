import { expect, it } from 'vitest';
import type { NodeState } from '../../../src/domain/node/node.ts';
import { serviceTransition, stateTransitions } from '../../../src/domain/node/transitions.ts';
import type { NodeService, NodeWish } from '../../../src/domain/node/wish.ts';
import { nodeId, nodeView } from '../../support/item-spec.ts';

const before = (...states: [string, NodeState][]) => new Map(states.map(([node, state]) => [nodeId(node), state]));

it('a node that changes, is new, or is no longer named has a transition; one that stays has none', () => {
  const now = [nodeView('a'), nodeView('b', { state: 'suspect', evidence: 'no answer', sinceMs: 7 }), nodeView('d', { sinceMs: 8 })];
  expect(stateTransitions(before(['a', 'alive'], ['b', 'alive'], ['c', 'lost']), now, 9)).toEqual([
    { node: 'b', what: 'state', from: 'alive', to: 'suspect', evidence: 'no answer', atMs: 7 },
    { node: 'd', what: 'state', to: 'alive', evidence: 'answered', atMs: 9 },
    { node: 'c', what: 'state', from: 'lost', to: 'removed', evidence: 'the cluster file no longer names it', atMs: 9 },
  ]);
});

it('a wish has a transition when the service changes, with who and why; the end of a drain is one too', () => {
  const wish = (service: NodeService, more: Partial<NodeWish> = {}): NodeWish => ({ service, reason: 'fan', by: 'kim@desk', sinceMs: 5, ...more });
  const draining = wish('draining');
  const about = { node: 'a', what: 'service' };
  expect(serviceTransition(nodeId('a'), undefined, draining)).toEqual([
    { ...about, from: 'in-service', to: 'draining', evidence: 'kim@desk: fan', atMs: 5 },
  ]);
  expect(serviceTransition(nodeId('a'), draining, wish('draining', { drainedAtMs: 9 }))).toEqual([
    { ...about, from: 'draining', to: 'drained', evidence: 'its last job has ended', atMs: 9 },
  ]);
  expect(serviceTransition(nodeId('a'), draining, wish('draining', { slots: 1 }))).toEqual([]);
});
