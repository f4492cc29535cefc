/** Tests the activity behind `node cordon|uncordon|drain`: what it records, what it refuses, and when a drain is over. */
import { describe, expect, it } from 'vitest';
import type { NodeView } from '../../../src/domain/node/node.ts';
import type { NodeService, WishRequest } from '../../../src/domain/node/wish.ts';
import type { Assignment } from '../../../src/domain/job/assignment.ts';
import type { JobOutcome } from '../../../src/domain/job/try-end.ts';
import { itemSpec, nodeId, nodeView } from '../../support/item-spec.ts';
import { claim, openOf } from '../queue/claimed.ts';
import { failureOf, ledgerHarness, type LedgerHarness } from '../state-folder.ts';

const completed: JobOutcome = { type: 'completed', result: {}, files: [] };
const ask = (node: string, service: NodeService, more: Partial<WishRequest> = {}): WishRequest => ({
  node: nodeId(node),
  service,
  reason: 'fan',
  by: 'kim@desk',
  ...more,
});
async function cluster(...nodes: NodeView[]): Promise<LedgerHarness> {
  const on = ledgerHarness();
  await on.activities.recordNodes({ nodes });
  return on;
}
const wishOf = ({ ledgers }: LedgerHarness, node: string) => ledgers.resources.wishes.all().get(nodeId(node));
const wishSignals = ({ signals }: LedgerHarness) => signals.filter(({ signal }) => signal.startsWith('wish→'));
const close = ({ activities }: LedgerHarness, { job, node, slots }: Assignment) => activities.closeJob({ job, node, slots, outcome: completed });

describe('a wish', () => {
  it('is recorded with operator, reason and time; a repeat changes nothing', async () => {
    const on = await cluster(nodeView('a'), nodeView('b'));
    const first = await on.activities.wishNode(ask('b', 'draining'));
    expect(first).toEqual({
      node: 'b',
      changed: true,
      wish: { service: 'draining', reason: 'fan', by: 'kim@desk', sinceMs: on.clock.nowMs },
      openJobs: [],
    });
    expect(await on.activities.wishNode(ask('b', 'draining', { reason: 'another' }))).toEqual({ ...first, changed: false });
    expect(await on.activities.recordNodes({ nodes: [nodeView('a'), nodeView('b')] })).toEqual({ wishes: { b: first.wish } });
  });

  it('for an unknown node is refused with the nearest name', async () => {
    const on = await cluster(nodeView('worker-1'), nodeView('trainer'));
    const failure = await failureOf('node.unknown', () => on.activities.wishNode(ask('worker-l', 'draining')));
    expect(failure.message).toContain('Cannot drain worker-l because the cluster has no node worker-l (is it worker-1?)');
    expect(failure.fields).toEqual({ node: 'worker-l', nearest: 'worker-1' });
    expect((await failureOf('node.unknown', () => on.activities.wishNode(ask('zebra', 'cordoned')))).fields).toEqual({ node: 'zebra' });
    expect(on.ledgers.resources.wishes.all().size).toBe(0);
  });

  it('for a node that the cluster file no longer names can be taken back, but not made again', async () => {
    const on = await cluster(nodeView('a'), nodeView('b'));
    await on.activities.wishNode(ask('b', 'cordoned'));
    await on.activities.recordNodes({ nodes: [nodeView('a')] });
    await failureOf('node.unknown', () => on.activities.wishNode(ask('b', 'draining')));
    expect(await on.activities.wishNode(ask('b', 'in-service'))).toMatchObject({ changed: true, wish: { service: 'in-service' } });
  });

  it('with faults is refused with all of them, as when a person writes the JSON by hand', async () => {
    const on = await cluster(nodeView('a'));
    const hand = { node: 'A b', service: 'asleep', reason: 7, slots: 0, labels: [1], force: 'yes' } as unknown as WishRequest;
    const { message } = await failureOf('config.invalid', () => on.activities.wishNode(hand));
    for (const fault of [
      'node must be',
      'service must be one of in-service, cordoned, draining',
      'reason must',
      'by must',
      'force must',
      'slots must',
      'labels must',
    ])
      expect(message).toContain(fault);
  });

  it('for slots and labels holds until it is given back', async () => {
    const on = await cluster(nodeView('a', { slots: 4, labels: ['gpu'] }));
    await on.activities.wishNode(ask('a', 'in-service', { slots: 1, labels: [] }));
    await on.activities.enqueue({ items: [itemSpec('x'), itemSpec('y'), itemSpec('z', { labels: ['gpu'] })] });
    expect((await claim(on)).map(({ job }) => job.item)).toEqual(['x']);
    await on.activities.wishNode(ask('a', 'in-service', { slots: null, labels: null }));
    expect((await claim(on, [])).map(({ job }) => job.item).toSorted()).toEqual(['x', 'y', 'z']);
  });
});

describe('the last node that some pending items could run on', () => {
  const gpu = async () => {
    const on = await cluster(nodeView('a', { slots: 8 }), nodeView('b', { labels: ['gpu'] }));
    await on.activities.enqueue({ items: [itemSpec('any'), itemSpec('one', { labels: ['gpu'] }), itemSpec('two', { labels: ['gpu'] })] });
    return on;
  };

  it.each([
    ['draining', 'drain'],
    ['cordoned', 'cordon'],
  ] as const)('is not %s without force: the refusal names the node and the items', async (service, verb) => {
    const on = await gpu();
    const failure = await failureOf('node.needed', () => on.activities.wishNode(ask('b', service)));
    expect(failure.message).toContain(
      `Cannot ${verb} b because it is the last node that could run 2 pending items that need 1 slot with label gpu (one, two)`,
    );
    expect(failure.hint?.run).toBe(`ringmaster node ${verb} b --force`);
    expect(failure.fields).toEqual({ node: 'b', items: 2 });
    expect(wishOf(on, 'b')).toBeUndefined();
    expect(await on.activities.wishNode(ask('b', service, { force: true }))).toMatchObject({ changed: true });
    expect((await claim(on)).map(({ node }) => node)).toEqual(['a']);
  });

  it('may not lose labels that pending items need, and the advice is not an option that the verb lacks', async () => {
    const on = await gpu();
    const { hint } = await failureOf('node.needed', () => on.activities.wishNode(ask('b', 'in-service', { labels: [] })));
    expect(hint?.run).toBeUndefined();
    expect(hint?.say).toContain('force true in the request');
  });

  it('may be drained when the items already run, and any other node may always be drained', async () => {
    const on = await gpu();
    expect(await on.activities.wishNode(ask('a', 'draining'))).toMatchObject({ changed: true });
    await on.activities.recordNodes({ nodes: [nodeView('a'), nodeView('b', { labels: ['gpu'], slots: 3 })] });
    await claim(on);
    const openJobs = [{ item: 'any' }, { item: 'one' }, { item: 'two' }];
    expect(await on.activities.wishNode(ask('b', 'draining'))).toMatchObject({ changed: true, openJobs });
  });
});

describe('a drain', () => {
  async function draining() {
    const on = await cluster(nodeView('a', { slots: 2 }), nodeView('b', { slots: 1 }));
    await on.activities.enqueue({ items: ['x', 'y', 'z', 'w'].map((id) => itemSpec(id)) });
    const steps = await claim(on);
    const here = steps.filter(({ node }) => node === 'a');
    expect(here).toHaveLength(2);
    const { openJobs } = await on.activities.wishNode(ask('a', 'draining'));
    expect(openJobs).toEqual(here.map(({ job }) => job));
    return { on, steps, here };
  }

  it('is over when the last job has ended, and the node is signalled', async () => {
    const { on, steps, here } = await draining();
    const [first, second] = here as [Assignment, Assignment];
    const left = (...ended: Assignment[]) => openOf(steps.filter((step) => !ended.includes(step)));
    await close(on, first);
    await claim(on, left(first));
    expect(wishOf(on, 'a')?.drainedAtMs).toBeUndefined();
    await close(on, second);
    // The signal must not be `settled`: the dispatcher has to claim at once, even though no pending item fits into a free slot.
    expect(on.signals.findLast(({ signal }) => signal === 'jobClosed→dispatcher')?.payload).toMatchObject({ pendingLeft: 1, settled: false });
    expect(await claim(on, left(first, second))).toEqual([]);
    const wish = wishOf(on, 'a');
    expect(wish?.drainedAtMs).toBeGreaterThan(wish?.sinceMs ?? 0);
    expect(wishSignals(on)).toEqual([{ signal: 'wish→node/a', payload: wish }]);
    await claim(on, left(first, second));
    expect(wishSignals(on)).toHaveLength(1);
  });

  it('is signalled again when the signal of its end failed', async () => {
    const { on, steps, here } = await draining();
    for (const step of here) await close(on, step);
    const left = openOf(steps.filter((step) => !here.includes(step)));
    const workflows = on.dependencies.workflows as { signal: LedgerHarness['dependencies']['workflows']['signal'] };
    const { signal } = workflows;
    workflows.signal = () => Promise.reject(new Error('the server is away'));
    await expect(claim(on, left)).rejects.toThrow('the server is away');
    workflows.signal = signal;
    await claim(on, left);
    expect(wishSignals(on)).toEqual([{ signal: 'wish→node/a', payload: wishOf(on, 'a') }]);
    expect(wishOf(on, 'a')?.drainedAtMs).toBeGreaterThan(0);
  });

  it('is not over while a closed job of a lost node still holds its slots, because its process was not stopped yet', async () => {
    const { on, steps, here } = await draining();
    const failure = { code: 'job.lost', class: 'node-fault', message: '', fields: {}, chain: [] } as const;
    await on.activities.recordNodes({ nodes: [nodeView('a', { state: 'lost' }), nodeView('b', { slots: 1 })] });
    for (const { job, node } of here) await on.activities.closeJob({ job, node, outcome: { type: 'failed', failure } });
    await claim(on, []);
    expect(wishOf(on, 'a')?.drainedAtMs).toBeUndefined();
    await on.activities.recordNodes({ nodes: [nodeView('a'), nodeView('b', { slots: 1 })] });
    await claim(on, openOf(steps));
    expect(wishOf(on, 'a')?.drainedAtMs).toBeUndefined();
    await claim(on, openOf(steps.filter(({ node }) => node === 'b')));
    expect(wishOf(on, 'a')?.drainedAtMs).toBeGreaterThan(0);
  });

  it('that is over stays over when the node is lost, and ends with an uncordon', async () => {
    const on = await cluster(nodeView('a'), nodeView('b'));
    await on.activities.wishNode(ask('a', 'draining'));
    await claim(on);
    const wish = wishOf(on, 'a');
    await on.activities.recordNodes({ nodes: [nodeView('a', { state: 'lost' }), nodeView('b')] });
    await claim(on);
    expect(on.ledgers.resources.nodes()[0]).toMatchObject({ state: 'lost', wish: { service: 'draining', drainedAtMs: wish?.drainedAtMs } });
    await on.activities.recordNodes({ nodes: [nodeView('a'), nodeView('b', { state: 'suspect' })] });
    await on.activities.wishNode(ask('a', 'in-service'));
    await on.activities.enqueue({ items: [itemSpec('x')] });
    expect((await claim(on)).map(({ node }) => node)).toEqual(['a']);
    expect(wishOf(on, 'a')).not.toHaveProperty('drainedAtMs');
  });

  it('survives a restart of the ledger: it still waits for running jobs, and no other job is started', async () => {
    const { on, steps } = await draining();
    on.ledgers.close();
    const again = ledgerHarness({ folder: on.folder });
    again.clock.nowMs = on.clock.nowMs;
    expect(await claim(again, openOf(steps))).toEqual([]);
    expect(wishOf(again, 'a')).toMatchObject({ service: 'draining' });
    await close(again, steps.find(({ node }) => node === 'a') as Assignment);
    expect(again.started.filter(({ node }) => node === 'a')).toEqual([]);
  });
});
