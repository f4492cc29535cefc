/** Tests `claim` and `beginJob` on real files. Each of the two is also called twice. */
import { describe, expect, it } from 'vitest';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { jobWorkflowId } from '../../../src/domain/ids.ts';
import { avoidMs } from '../../../src/domain/limits.ts';
import { itemId, itemSpec, nodeId, nodeView } from '../../support/item-spec.ts';
import { ledgerHarness } from '../state-folder.ts';
import { begin, claim, one, openOf } from './claimed.ts';

describe('claim', () => {
  it('claims with epoch 1, the route of the node, and never beyond its slots', async () => {
    const on = ledgerHarness();
    const { activities } = on;
    await activities.recordNodes({ nodes: [nodeView('a'), nodeView('b', { route: 'resident', slots: 1 })] });
    await activities.enqueue({ items: Array.from({ length: 5 }, (_, k) => itemSpec(`x.${k}`)) });
    const steps = await claim(on);
    expect(steps.map(({ node }) => node).toSorted()).toEqual(['a', 'a', 'b']);
    expect(steps.map(({ residentRoute, node }) => residentRoute === (node === 'b'))).toEqual([true, true, true]);
    expect(steps.every(({ job }) => job.epoch === 1)).toBe(true);
    expect(steps[0]?.spec).toEqual(itemSpec('x.0'));
    expect(await activities.claim({ open: openOf(steps) })).toEqual({ started: [], pendingLeft: 2 });
  });

  it('starts the same jobs again when the first result was lost, and reports it: their process may run', async () => {
    const { on, step } = await one();
    expect(step.again).toBe(false);
    const again = [{ ...step, again: true }];
    expect(await claim(on)).toEqual(again);
    await begin(on, step);
    expect(await claim(on)).toEqual(again);
    expect(await claim(on, openOf([step]))).toEqual([]);
  });

  it('whose start fails is repaired by its repeat', async () => {
    const on = ledgerHarness();
    await on.activities.recordNodes({ nodes: [nodeView('a')] });
    await on.activities.enqueue({ items: [itemSpec('x')] });
    const push = on.started.push.bind(on.started);
    on.started.push = () => {
      throw new Error('the server is away');
    };
    await expect(on.activities.claim({ open: [] })).rejects.toThrow('the server is away');
    expect(on.ledgers.queue.stateOf(itemId('x'))).toBe('claimed');
    on.started.push = push;
    expect(await claim(on)).toMatchObject([{ job: { item: 'x', epoch: 1 } }]);
  });

  it('closes items that Temporal refuses to start, and starts the others', async () => {
    const on = ledgerHarness();
    await on.activities.recordNodes({ nodes: [nodeView('a')] });
    await on.activities.enqueue({ items: [itemSpec('refused', { attemptsMax: 1, owner: 'self-play/cf/1', priority: 99 }), itemSpec('good')] });
    const push = on.started.push.bind(on.started);
    on.started.push = (step) => {
      if (step.job.item === 'refused')
        throw new RingmasterError('internal.defect', { cannot: 'start it', because: 'of a test', hint: { say: 'nothing' } });
      return push(step);
    };
    expect((await claim(on)).map(({ job }) => job.item)).toEqual(['good']);
    expect(on.ledgers.queue.stateOf(itemId('refused'))).toBe('dead');
    expect(on.signals.map(({ signal }) => signal)).toEqual(['itemClosed→self-play/cf/1', 'jobClosed→dispatcher']);
    expect(on.signals[1]).toMatchObject({ payload: { job: { item: 'refused', epoch: 1 }, node: 'a', slots: 1 } });
  });

  it('signals a job that is started again when its node is lost by now', async () => {
    const { on, step } = await one();
    expect(on.signals).toEqual([]);
    await on.activities.recordNodes({ nodes: [nodeView(step.node, { state: 'lost', evidence: 'silent' })] });
    expect(await claim(on)).toMatchObject([{ job: step.job, again: true }]);
    expect(on.signals).toEqual([{ signal: 'nodeLost→job/x/1', payload: { node: step.node, evidence: 'silent' } }]);
  });

  it('finds the one item that can run behind a thousand that cannot', async () => {
    const on = ledgerHarness();
    const { activities } = on;
    await activities.recordNodes({ nodes: [nodeView('a')] });
    await activities.enqueue({ items: Array.from({ length: 1000 }, (_, k) => itemSpec(`gpu.${k}`, { labels: ['gpu'], priority: 50 })) });
    await activities.enqueue({ items: [itemSpec('cpu')] });
    expect((await claim(on)).map(({ job }) => job.item)).toEqual(['cpu']);
  });

  it('finds the one item that may run here behind many that avoid the node', async () => {
    const on = ledgerHarness();
    await on.activities.recordNodes({ nodes: [nodeView('a'), nodeView('b', { slots: 1 })] });
    await on.activities.enqueue({ items: [itemSpec('on-b', { labels: [] })] });
    const many = Array.from({ length: 40 }, (_, k) => itemSpec(`again.${k}`, { priority: 50 }));
    on.ledgers.queue.enqueue(many, on.clock.nowMs, new Map(many.map(({ id }) => [id, nodeId('a')])));
    await on.activities.enqueue({ items: [itemSpec('fits')] });
    const open = [{ job: { item: itemId('other'), epoch: 1 }, node: nodeId('b'), slots: 1 }];
    expect((await claim(on, open)).map(({ job }) => job.item)).toEqual(['on-b', 'fits']);
  });

  it('returns when a pending item may go again to the node that it avoids', async () => {
    const on = ledgerHarness();
    await on.activities.recordNodes({ nodes: [nodeView('a'), nodeView('b', { slots: 1 })] });
    const open = [{ job: { item: itemId('other'), epoch: 1 }, node: nodeId('b'), slots: 1 }];
    on.ledgers.queue.enqueue([itemSpec('again')], on.clock.nowMs, new Map([[itemId('again'), nodeId('a')]]));
    expect(await on.activities.claim({ open })).toEqual({ started: [], pendingLeft: 1, againInMs: avoidMs - 1 });
  });

  it('does not start a job again that has ended since', async () => {
    const { on, step } = await one();
    const row = on.ledgers.queue.row.bind(on.ledgers.queue);
    on.ledgers.queue.row = (id) => ({ ...row(id), state: 'completed' }) as never;
    expect(await claim(on)).toEqual([]);
    on.ledgers.queue.row = row;
    expect(await claim(on)).toMatchObject([{ job: step.job, again: true }]);
  });

  it('returns at most 50 steps', async () => {
    const { activities } = ledgerHarness();
    await activities.recordNodes({ nodes: [nodeView('a', { slots: 500 })] });
    await activities.enqueue({ items: Array.from({ length: 250 }, (_, k) => itemSpec(`x.${k}`)) });
    const first = await activities.claim({ open: [] });
    expect(first.started).toHaveLength(50);
    expect((await activities.claim({ open: first.started })).started).toHaveLength(50);
  });
});

describe('begin', () => {
  it('accepts only the claimed workflow, also a second time and in another run', async () => {
    const { on, step } = await one();
    expect(await begin(on, step)).toEqual({ accepted: true, cancelled: false });
    expect(await begin(on, step)).toEqual({ accepted: true, cancelled: false });
    expect(await begin(on, step, 'run-2')).toEqual({ accepted: true, cancelled: false });
    const { job, node } = step;
    expect(await on.activities.beginJob({ job, node, workflowId: 'job/other/1', runId: 'r' })).toEqual({ accepted: false, cancelled: false });
    expect(await on.activities.beginJob({ job, node: nodeId('z'), workflowId: jobWorkflowId(job), runId: 'r' })).toEqual({
      accepted: false,
      cancelled: false,
    });
    for (const epoch of [0, 2]) expect(await begin(on, { ...step, job: { ...job, epoch } })).toEqual({ accepted: false, cancelled: false });
    expect(on.ledgers.queue.row('x')).toMatchObject({ state: 'running', run_id: 'run-2' });
  });

  it('reports that the item was cancelled meanwhile: its workflow may have started too late for the signal', async () => {
    const { on, step } = await one();
    await on.activities.cancelItems({ items: [itemId('x')] });
    expect(await begin(on, step)).toEqual({ accepted: true, cancelled: true });
  });

  it('refuses the job of an item that is not claimed', async () => {
    const { activities } = ledgerHarness();
    await activities.enqueue({ items: [itemSpec('x')] });
    const job = { item: itemId('x'), epoch: 0 };
    expect(await activities.beginJob({ job, node: nodeId('a'), workflowId: jobWorkflowId(job), runId: 'r' })).toEqual({
      accepted: false,
      cancelled: false,
    });
  });
});
