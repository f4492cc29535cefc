/** Tests that wishes are stored apart from observations: the sweep replaces all observations and changes no wish. */
import { describe, expect, it } from 'vitest';
import type { NodeService, NodeWish } from '../../../src/domain/node/wish.ts';
import { ledgerLimits } from '../../../src/storage/limits.ts';
import { openReadModel } from '../../../src/storage/read/read-ledgers.ts';
import { itemSpec, nodeId, nodeView } from '../../support/item-spec.ts';
import { claim } from '../queue/claimed.ts';
import { ledgerHarness } from '../state-folder.ts';

const a = nodeId('a');
const wish = (service: NodeService, more: Partial<NodeWish> = {}): NodeWish => ({ service, reason: 'fan', by: 'kim@desk', sinceMs: 1, ...more });

describe('a wish', () => {
  it('survives every sweep, a restart of the ledger, and a cluster file without the node', async () => {
    const on = ledgerHarness();
    await on.activities.recordNodes({ nodes: [nodeView('a'), nodeView('b')] });
    on.ledgers.resources.wishes.put(a, wish('draining', { slots: 1, labels: ['gpu'] }));
    await on.activities.recordNodes({ nodes: [nodeView('a', { state: 'suspect' }), nodeView('b')] });
    const merged = { state: 'suspect', slots: 1, labels: ['gpu'], wish: wish('draining', { slots: 1, labels: ['gpu'] }) };
    expect(on.ledgers.resources.nodes()).toMatchObject([merged, { node: 'b' }]);
    on.ledgers.close();

    const again = ledgerHarness({ folder: on.folder });
    expect(again.ledgers.resources.nodes()).toMatchObject([merged, { node: 'b' }]);
    await again.activities.recordNodes({ nodes: [nodeView('b')] });
    expect(again.ledgers.resources.nodes()).toEqual([nodeView('b')]);
    await again.activities.recordNodes({ nodes: [nodeView('a'), nodeView('b')] });
    expect(again.ledgers.resources.nodes()[0]).toMatchObject({ node: 'a', state: 'alive', wish: { service: 'draining' } });
  });

  it('for a node that the cluster no longer has is forgotten when there are too many, the oldest first', async () => {
    const { ledgers, activities } = ledgerHarness();
    await activities.recordNodes({ nodes: [nodeView('a')] });
    ledgers.resources.wishes.put(a, wish('cordoned', { sinceMs: 0 }));
    for (let k = 0; k <= ledgerLimits.absentNodesMax + 1; k += 1)
      ledgers.resources.wishes.put(nodeId(`gone-${k}`), wish('cordoned', { sinceMs: 10 + k }));
    const kept = ledgers.resources.wishes.all();
    expect(kept.size).toBe(ledgerLimits.absentNodesMax + 2);
    expect([kept.has(a), kept.has(nodeId('gone-0')), kept.has(nodeId('gone-1'))]).toEqual([true, false, true]);
  });
});

describe.each(['cordoned', 'draining'] as const)('a node that is %s', (service) => {
  it('gets no job from a claim', async () => {
    const on = ledgerHarness();
    await on.activities.recordNodes({ nodes: [nodeView('a'), nodeView('b', { slots: 1 })] });
    on.ledgers.resources.wishes.put(a, wish(service));
    await on.activities.enqueue({ items: [itemSpec('x'), itemSpec('y')] });
    expect((await claim(on)).map(({ node }) => node)).toEqual(['b']);
    on.ledgers.resources.wishes.put(a, wish('in-service'));
    expect((await claim(on)).filter(({ again }) => !again).map(({ node }) => node)).toEqual(['a']);
  });

  it('gets no job in the slots that its own jobs free', async () => {
    const on = ledgerHarness();
    await on.activities.recordNodes({ nodes: [nodeView('a', { slots: 1 })] });
    await on.activities.enqueue({ items: [itemSpec('first'), itemSpec('next')] });
    const [first] = await claim(on);
    if (first === undefined) throw new Error('nothing claimed');
    on.ledgers.resources.wishes.put(a, wish(service));
    on.started.length = 0;
    await on.activities.closeJob({ job: first.job, node: a, slots: 1, outcome: { type: 'completed', result: {}, files: [] } });
    expect(on.started).toEqual([]);
    expect(on.ledgers.queue.row('next')).toMatchObject({ state: 'pending', epoch: 0 });
  });

  it('gets no replacement: a try that failed there is tried again elsewhere', async () => {
    const on = ledgerHarness();
    await on.activities.recordNodes({ nodes: [nodeView('a', { slots: 1 })] });
    await on.activities.enqueue({ items: [itemSpec('x')] });
    const [first] = await claim(on);
    if (first === undefined) throw new Error('nothing claimed');
    on.ledgers.resources.wishes.put(a, wish(service));
    const failure = { code: 'job.killed', class: 'node-fault', message: '', fields: {}, chain: [] } as const;
    await on.activities.closeJob({ job: first.job, node: a, slots: 1, outcome: { type: 'failed', failure } });
    expect(await claim(on)).toEqual([]);
    await on.activities.recordNodes({ nodes: [nodeView('a', { slots: 1 }), nodeView('b')] });
    expect((await claim(on)).map(({ node, job }) => [node, job.epoch])).toEqual([['b', 2]]);
  });
});

describe('the read model', () => {
  it('shows the wish and what a draining node waits for', async () => {
    const on = ledgerHarness();
    await on.activities.recordNodes({ nodes: [nodeView('a'), nodeView('b')] });
    await on.activities.enqueue({ items: [itemSpec('x'), itemSpec('y'), itemSpec('z')] });
    const jobs = (await claim(on)).filter(({ node }) => node === 'a').map(({ job }) => job);
    on.ledgers.resources.wishes.put(a, wish('draining'));
    const model = openReadModel(on.folder);
    expect(jobs.length).toBeGreaterThan(0);
    expect(model.status().nodes).toEqual([{ ...nodeView('a'), wish: wish('draining'), waitsFor: jobs }, nodeView('b')]);
    on.ledgers.resources.wishes.put(a, wish('draining', { drainedAtMs: 5 }));
    expect(model.status().nodes[0]).toEqual({ ...nodeView('a'), wish: wish('draining', { drainedAtMs: 5 }) });
    model.close();
  });
});
