/** Tests that the slots of a job that ends go to pending items in the same step. The dispatcher then only has to update its count of slots. */
import { describe, expect, it } from 'vitest';
import type { Assignment } from '../../../src/domain/job/assignment.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { toFailureRecord } from '../../../src/domain/failure/to-failure-record.ts';
import type { JobOutcome } from '../../../src/domain/job/try-end.ts';
import type { WorkItemSpec } from '../../../src/domain/item/work-item.ts';
import { itemId, itemSpec, nodeId, nodeView } from '../../support/item-spec.ts';
import { ledgerHarness, type LedgerHarness } from '../state-folder.ts';
import { claim, openOf } from './claimed.ts';

const completed: JobOutcome = { type: 'completed', result: {}, files: [] };
const node = nodeId('a');
const openOn = ({ ledgers }: LedgerHarness) => ledgers.queue.openRows().reduce((sum, row) => sum + row.slots, 0);
const close = ({ activities }: LedgerHarness, { job, slots }: Assignment) => activities.closeJob({ job, node, slots, outcome: completed });
const signalsOf = ({ signals }: LedgerHarness) => signals.map(({ signal }) => signal);
const closedOf = ({ signals }: LedgerHarness) => signals.filter(({ signal }) => signal === 'jobClosed→dispatcher').map(({ payload }) => payload);

/** Makes a cluster with one node. The items in `running` take all of the node's slots, and the items in `waiting` are pending. */
async function full(slots: number, running: readonly WorkItemSpec[], waiting: readonly WorkItemSpec[]) {
  const on = ledgerHarness();
  await on.activities.recordNodes({ nodes: [nodeView('a', { slots })] });
  await on.activities.enqueue({ items: running });
  const steps = await claim(on);
  expect(steps).toHaveLength(running.length);
  await on.activities.enqueue({ items: waiting });
  on.started.length = 0;
  return { on, steps, first: steps[0] as Assignment };
}

const one = () => full(1, [itemSpec('first')], [itemSpec('next'), itemSpec('last')]);

describe('the slots of a job that ends', () => {
  it('go to the next item at once, and the dispatcher is signalled about both', async () => {
    const { on, first } = await one();
    await close(on, first);
    const next = { job: { item: 'next', epoch: 1 }, node, slots: 1 };
    expect(on.started).toMatchObject([{ ...next, again: false, residentRoute: false, spec: { id: 'next' } }]);
    expect(closedOf(on)).toEqual([{ job: first.job, node, slots: 1, next: [next], pendingLeft: 1, settled: true }]);
    expect(on.ledgers.queue.row('next')).toMatchObject({ state: 'claimed', node: 'a', epoch: 1 });
    expect(await on.activities.claim({ open: [next] as never })).toEqual({ started: [], pendingLeft: 1 });
  });

  it('go to no item while they are held', async () => {
    const { on, first } = await one();
    await on.activities.closeJob({ job: first.job, node, outcome: completed });
    expect(on.started).toEqual([]);
    expect(on.signals).toEqual([]);
  });

  it('that this close did not free go to no item: neither after a close of a foreign job nor after a repeat', async () => {
    const { on, first } = await one();
    await on.activities.closeJob({ job: first.job, node, outcome: completed });
    const stranger = { ...first.job, epoch: 9 };
    expect(await on.activities.closeJob({ job: stranger, node, slots: 1, outcome: completed })).toEqual({ accepted: false });
    expect(await on.activities.closeJob({ job: first.job, node, slots: 1, outcome: completed })).toEqual({ accepted: true });
    expect(on.started).toEqual([]);
    expect(closedOf(on)).toEqual([
      { job: stranger, node, slots: 1 },
      { job: first.job, node, slots: 1 },
    ]);
  });

  it('go to no item on a node that is unreachable, or that has fewer slots by now', async () => {
    for (const view of [nodeView('a', { slots: 1, state: 'suspect' }), nodeView('a', { slots: 1 })]) {
      const said = { pendingLeft: 1, settled: true };
      const { on, first } = await full(2, [itemSpec('first'), itemSpec('second')], [itemSpec('next')]);
      await on.activities.recordNodes({ nodes: [view] });
      await close(on, first);
      expect(on.started).toEqual([]);
      expect(closedOf(on)).toEqual([{ job: first.job, node, slots: 1, ...said }]);
    }
  });

  it('stay free for an item of several slots that waits for the node', async () => {
    const { on, steps } = await full(2, [itemSpec('first'), itemSpec('second')], [itemSpec('big', { slots: 2, priority: 99 }), itemSpec('small')]);
    await close(on, steps[0] as Assignment);
    expect(on.started).toEqual([]);
    await close(on, steps[1] as Assignment);
    expect(on.started).toEqual([]);
    expect((await claim(on)).map(({ job }) => job.item)).toEqual(['big']);
  });

  it('of two jobs that end together serve one item of two slots', async () => {
    const { on, steps } = await full(2, [itemSpec('first'), itemSpec('second')], [itemSpec('big', { slots: 2 }), itemSpec('small')]);
    await Promise.all(steps.map((step) => close(on, step)));
    expect(on.started.map(({ job }) => job.item)).toEqual(['big']);
    const next = [{ job: { item: 'big', epoch: 1 }, node, slots: 2 }];
    expect(closedOf(on)).toHaveLength(2);
    expect(closedOf(on)).toEqual(
      expect.arrayContaining([expect.objectContaining({ next }), expect.not.objectContaining({ next: expect.anything() })]),
    );
    expect(openOn(on)).toBe(2);
  });

  it('of two jobs that end together go to two items, each reported with its own job', async () => {
    const { on, steps } = await full(2, [itemSpec('first'), itemSpec('second')], [itemSpec('third'), itemSpec('fourth'), itemSpec('fifth')]);
    await Promise.all(steps.map((step) => close(on, step)));
    const nextOf = (item: string) => expect.objectContaining({ next: [{ job: { item, epoch: 1 }, node, slots: 1 }], settled: true });
    expect(closedOf(on)).toEqual(expect.arrayContaining([nextOf('third'), nextOf('fourth')]));
  });

  it('are never given out twice, however many jobs end together and are closed again', async () => {
    const { on } = await full(
      3,
      ['x.0', 'x.1', 'x.2'].map((id) => itemSpec(id)),
      Array.from({ length: 20 }, (_, k) => itemSpec(`y.${k}`)),
    );
    for (let round = 0; round < 9; round += 1) {
      const rows = on.ledgers.queue.openRows();
      await Promise.all(
        rows.flatMap((row) => {
          const again = { job: { item: row.id, epoch: row.epoch }, node, slots: 1, outcome: completed };
          return [on.activities.closeJob(again), on.activities.closeJob(again)];
        }),
      );
      expect(openOn(on)).toBeLessThanOrEqual(3);
    }
    expect(on.ledgers.queue.count('completed')).toBe(23);
    const started = on.started.map(({ job }) => job.item);
    expect(new Set(started).size).toBe(started.length);
  });
});

describe('the dispatcher is woken', () => {
  it('when an item was enqueued before the dispatcher knew of the free slot', async () => {
    const { on, first } = await full(1, [itemSpec('first')], []);
    const workflows = on.dependencies.workflows as { signal: LedgerHarness['dependencies']['workflows']['signal'] };
    const { signal } = workflows;
    workflows.signal = async (...sent) => {
      if (sent[1] === 'jobClosed') await on.activities.enqueue({ items: [itemSpec('late')] });
      return signal(...sent);
    };
    await close(on, first);
    expect(closedOf(on)).toMatchObject([{ settled: true, pendingLeft: 0 }]);
    expect(signalsOf(on)).toEqual(['jobClosed→dispatcher', 'wake→dispatcher']);
  });

  it('when the item of a lost try is pending again, although the try keeps its slot', async () => {
    const { on, first } = await full(1, [itemSpec('first')], []);
    const failure = { code: 'job.lost', class: 'node-fault', message: '', fields: {}, chain: [] } as const;
    await on.activities.closeJob({ job: first.job, node, outcome: { type: 'failed', failure } });
    expect(on.ledgers.queue.stateOf(itemId('first'))).toBe('pending');
    expect(signalsOf(on)).toEqual(['wake→dispatcher']);
  });

  it('when a cancelled item of several slots no longer reserves a node', async () => {
    const { on, steps } = await full(2, [itemSpec('first')], [itemSpec('wide', { slots: 2, priority: 99 }), itemSpec('small')]);
    expect(await claim(on, openOf(steps))).toEqual([]);
    await on.activities.cancelItems({ items: [itemId('wide')] });
    expect(signalsOf(on)).toContain('wake→dispatcher');
  });

  it('when a node gets more slots while it stays alive', async () => {
    const { on } = await full(1, [itemSpec('first')], [itemSpec('next')]);
    await on.activities.recordNodes({ nodes: [nodeView('a', { slots: 1 })] });
    expect(on.signals).toEqual([]);
    await on.activities.recordNodes({ nodes: [nodeView('a', { slots: 2 })] });
    expect(signalsOf(on)).toEqual(['wake→dispatcher']);
  });
});

describe('handing on', () => {
  it('that dies before the start is repaired by the next claim', async () => {
    const { on, first } = await one();
    const push = on.started.push.bind(on.started);
    on.started.push = () => {
      throw new Error('the server is away');
    };
    await expect(close(on, first)).rejects.toThrow('the server is away');
    expect(closedOf(on)).toEqual([]);
    on.started.push = push;
    await close(on, first);
    expect(closedOf(on)).toEqual([{ job: first.job, node, slots: 1 }]);
    expect(await claim(on)).toMatchObject([{ job: { item: 'next', epoch: 1 }, again: true }]);
  });

  it('closes an item that Temporal refuses to start, and signals that its slots are free', async () => {
    const { on, first } = await full(1, [itemSpec('first')], [itemSpec('refused', { attemptsMax: 1, owner: 'self-play/cf/1' })]);
    on.started.push = () => {
      throw new RingmasterError('internal.defect', { cannot: 'start it', because: 'of a test', hint: { say: 'nothing' } });
    };
    await close(on, first);
    expect(on.ledgers.queue.stateOf(itemId('refused'))).toBe('dead');
    expect(signalsOf(on)).toEqual(['itemClosed→self-play/cf/1', 'jobClosed→dispatcher', 'jobClosed→dispatcher']);
    expect(closedOf(on)).toEqual([
      { job: { item: 'refused', epoch: 1 }, node, slots: 1 },
      { job: first.job, node, slots: 1, pendingLeft: 0, settled: true },
    ]);
  });

  it('signals the new job when its node was lost before the dispatcher knew of the job', async () => {
    const { on, first } = await one();
    const push = on.signals.push.bind(on.signals);
    on.signals.push = (sent) => {
      if (sent.signal === 'jobClosed→dispatcher') void on.activities.recordNodes({ nodes: [nodeView('a', { state: 'lost', evidence: 'silent' })] });
      return push(sent);
    };
    await close(on, first);
    expect(on.signals.at(-1)).toEqual({ signal: 'nodeLost→job/next/1', payload: { node, evidence: 'silent' } });
  });

  it('signals the new job also when the first signal failed', async () => {
    const { on, first } = await one();
    const push = on.signals.push.bind(on.signals);
    let failed = false;
    on.signals.push = (sent) => {
      if (sent.signal === 'jobClosed→dispatcher') void on.activities.recordNodes({ nodes: [nodeView('a', { state: 'lost', evidence: 'silent' })] });
      if (sent.signal.startsWith('nodeLost') && !failed) {
        failed = true;
        throw new Error('the server is away');
      }
      return push(sent);
    };
    await expect(close(on, first)).rejects.toThrow('the server is away');
    await close(on, first);
    expect(signalsOf(on).filter((signal) => signal.startsWith('nodeLost'))).toEqual(['nodeLost→job/next/1']);
  });

  it('lets the dispatcher look when the end of a job made room elsewhere', async () => {
    // Node a has two slots. One slot is taken, and the other slot is kept for `big`, until `big` gets node c. Then `small` can have the slot on a.
    const on = ledgerHarness();
    await on.activities.recordNodes({ nodes: [nodeView('a', { slots: 2 }), nodeView('c', { slots: 2, labels: ['c'] })] });
    await on.activities.enqueue({ items: [itemSpec('on-c', { slots: 2, labels: ['c'] }), itemSpec('on-a')] });
    const steps = await claim(on);
    expect(steps.map((step) => step.node)).toEqual(['c', 'a']);
    await on.activities.enqueue({ items: [itemSpec('big', { slots: 2, priority: 99 }), itemSpec('small')] });
    expect(await claim(on, openOf(steps))).toEqual([]);
    const [step] = steps as [Assignment];
    await on.activities.closeJob({ job: step.job, node: step.node, slots: 2, outcome: completed });
    expect(on.started.map(({ job }) => job.item)).toEqual(['big']);
    expect(closedOf(on)).toMatchObject([{ pendingLeft: 1, settled: false }]);
  });

  it('gives a failed try back to its node only when no other node could take it', async () => {
    const on = ledgerHarness();
    await on.activities.recordNodes({ nodes: [nodeView('a', { slots: 1 }), nodeView('b', { slots: 1 })] });
    await on.activities.enqueue({ items: [itemSpec('x'), itemSpec('y')] });
    const steps = await claim(on);
    const step = steps.find(({ node: on_ }) => on_ === node) as Assignment;
    const failure = toFailureRecord(new RingmasterError('job.killed', { cannot: 'go on', because: 'of a test', hint: { say: 'nothing' } }));
    await on.activities.closeJob({ job: step.job, node, slots: 1, outcome: { type: 'failed', failure } });
    expect(on.ledgers.queue.stateOf(step.job.item)).toBe('pending');
    expect(closedOf(on)).toEqual([{ job: step.job, node, slots: 1, pendingLeft: 1, settled: false }]);
    await on.activities.recordNodes({ nodes: [nodeView('a', { slots: 1 }), nodeView('b', { slots: 1, state: 'lost' })] });
    expect((await claim(on, openOf(steps.filter((one_) => one_ !== step)))).map(({ job }) => job)).toEqual([{ ...step.job, epoch: 2 }]);
  });
});
