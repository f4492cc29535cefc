/** Tests that a wish and an observation are merged into one view. A wish never hides the observation. */
import { describe, expect, it } from 'vitest';
import { mergeNode, takesJobs } from '../../../src/domain/node/merge.ts';
import {
  isDrained,
  isDraining,
  newerWish,
  nextWish,
  type NodeService,
  type NodeWish,
  serviceOf,
  stateAndService,
} from '../../../src/domain/node/wish.ts';
import { itemId, nodeId, nodeView } from '../../support/item-spec.ts';

const wish = (service: NodeService, more: Partial<NodeWish> = {}): NodeWish => ({ service, reason: 'fan', by: 'kim@desk', sinceMs: 1, ...more });
const ask = (service: NodeService) => ({ service, reason: 'later', by: 'lee@desk' });

describe('the view of a node', () => {
  it('is the observation alone without a wish', () => {
    const seen = nodeView('a');
    expect(mergeNode(seen, undefined)).toEqual(seen);
    expect(serviceOf(mergeNode(seen, undefined))).toBe('in-service');
  });

  it('keeps every field of the observation, also those that only some nodes have', () => {
    const seen = nodeView('a', { heardAtMs: 5, sharesFolderWith: [nodeId('b')], noise: 'Welcome to a', fix: 'ssh a' });
    expect(mergeNode(seen, undefined)).toEqual(seen);
    expect(mergeNode(seen, wish('cordoned'))).toEqual({ ...seen, wish: wish('cordoned') });
  });

  it('does not show the memory of grading, which the sweep keeps inside the observation', () => {
    const graded = { ...nodeView('a'), grade: { gradedAtMs: 1, failedMs: 0, absentMs: 0, quorum: true } };
    expect(mergeNode(graded, undefined)).toEqual(nodeView('a'));
    expect(mergeNode(graded, wish('cordoned'))).toEqual({ ...nodeView('a'), wish: wish('cordoned') });
  });

  it.each(['joining', 'alive', 'suspect', 'unreachable', 'lost'] as const)('keeps the observed state %s beside every wish', (state) => {
    for (const service of ['in-service', 'cordoned', 'draining'] as const) {
      const view = mergeNode(nodeView('a', { state }), wish(service));
      expect(view).toMatchObject({ state, wish: { service } });
      expect(takesJobs(view)).toBe(state === 'alive' && service === 'in-service');
    }
  });

  it('has the slots and labels that were wished in place of those of the cluster file', () => {
    const seen = nodeView('a', { slots: 4, labels: ['gpu'] });
    expect(mergeNode(seen, wish('in-service', { slots: 1, labels: [] }))).toMatchObject({ slots: 1, labels: [] });
    expect(mergeNode(seen, wish('in-service', { slots: 1 }))).toMatchObject({ slots: 1, labels: ['gpu'] });
  });

  it('names the jobs that a draining node waits for, and none once it is drained', () => {
    const jobs = [{ item: itemId('x'), epoch: 2 }];
    expect(mergeNode(nodeView('a'), wish('draining'), jobs).waitsFor).toEqual(jobs);
    const drained = mergeNode(nodeView('a', { state: 'lost' }), wish('draining', { drainedAtMs: 9 }), []);
    expect(drained).not.toHaveProperty('waitsFor');
    expect([serviceOf(drained), drained.state, isDrained(drained), isDraining(drained)]).toEqual(['drained', 'lost', true, false]);
  });
});

describe('a request', () => {
  it.each(['in-service', 'cordoned', 'draining'] as const)('that asks for %s twice changes nothing the second time', (service) => {
    const first = nextWish(service === 'in-service' ? wish('cordoned') : undefined, ask(service), 5);
    expect(first).toEqual({ ...ask(service), sinceMs: 5 });
    expect(nextWish(first, { ...ask(service), reason: 'another' }, 9)).toBeUndefined();
  });

  it('for what a node without a wish already is changes nothing', () => {
    expect(nextWish(undefined, ask('in-service'), 5)).toBeUndefined();
  });

  it('moves between all services, and forgets that the node was drained when it leaves the drain', () => {
    const drained = wish('draining', { drainedAtMs: 3 });
    expect(nextWish(drained, ask('in-service'), 5)).toEqual({ ...ask('in-service'), sinceMs: 5 });
    expect(nextWish(drained, ask('cordoned'), 5)).toEqual({ ...ask('cordoned'), sinceMs: 5 });
    expect(nextWish(wish('cordoned'), ask('draining'), 5)).toEqual({ ...ask('draining'), sinceMs: 5 });
    expect(nextWish(drained, { ...ask('draining'), slots: 2 }, 5)).toMatchObject({ slots: 2, drainedAtMs: 3 });
  });

  it('leaves slots and labels as they are when it does not name them, and gives them back with null', () => {
    const before = wish('in-service', { slots: 1, labels: ['gpu'] });
    expect(nextWish(before, ask('cordoned'), 5)).toMatchObject({ slots: 1, labels: ['gpu'] });
    expect(nextWish(before, { ...ask('in-service'), slots: null, labels: null }, 5)).toEqual({ ...ask('in-service'), sinceMs: 5 });
    expect(nextWish(before, { ...ask('in-service'), labels: ['gpu'] }, 5)).toBeUndefined();
  });
});

it('a wish is newer than the one before it even when the clock has stepped back', () => {
  const before = wish('draining', { sinceMs: 100, drainedAtMs: 200 });
  const after = nextWish(before, ask('in-service'), 50);
  expect(newerWish(before, after)).toBe(after);
  expect(newerWish(after, before)).toBe(after);
});

it.each([
  ['in-service', 'alive'],
  ['cordoned', 'alive, cordoned'],
  ['draining', 'alive, draining'],
] as const)('a node with the wish %s is shown as "%s" everywhere', (service, shown) => {
  expect(stateAndService(mergeNode(nodeView('a'), wish(service)))).toBe(shown);
});
