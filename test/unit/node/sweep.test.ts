import { expect, it } from 'vitest';
import type { NodeObservation } from '../../../src/domain/node/node.ts';
import { isNewVerdict, routeOf } from '../../../src/domain/node/sweep.ts';
import { nodeId, nodeView } from '../../support/item-spec.ts';

const look = (change: Partial<NodeObservation> = {}): NodeObservation => ({ node: nodeId('a'), atMs: 1, reachable: true, ...change });
const [resident, gateway] = [nodeView('a', { route: 'resident' }), nodeView('a')];

it('a resident worker has the route while it was seen to run; a node that did not answer keeps its route', () => {
  expect(routeOf(gateway, look({ workerAlive: true }), true)).toBe('resident');
  expect(routeOf(resident, look({ workerAlive: false }), true)).toBe('gateway');
  expect(routeOf(resident, look(), true)).toBe('gateway');
  for (const view of [resident, gateway]) {
    expect(routeOf(view, look({ reachable: false }), true)).toBe(view.route);
    expect(routeOf(view, undefined, true)).toBe(view.route);
  }
  expect(routeOf(resident, look({ workerAlive: true }), false)).toBe('gateway');
});

it('a verdict is new when the node is, or its state or route; a newer look alone is no news', () => {
  expect(isNewVerdict(undefined, gateway)).toBe(true);
  expect(isNewVerdict(gateway, resident)).toBe(true);
  expect(isNewVerdict(gateway, nodeView('a', { state: 'suspect' }))).toBe(true);
  expect(isNewVerdict(gateway, nodeView('a', { observedAtMs: 9, evidence: 'answered again', slots: 9 }))).toBe(false);
});
