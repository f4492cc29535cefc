/** A defect of a stage's program, shown by two nodes, stops the stage: its rest is cancelled at once, and its owner gets the line. */
import { expect, it } from 'vitest';
import { failureRecord } from '../../../src/domain/failure/record.ts';
import { itemId, itemSpec, nodeId, nodeView } from '../../support/item-spec.ts';
import { ledgerHarness, type LedgerHarness } from '../state-folder.ts';

const spec = (k: number, turn = 3) => itemSpec(`cf.${turn}.self-play.${k}`, { pipeline: 'cf', turn, owner: `self-play/cf/${turn}` });
const failed = (on: LedgerHarness, k: number, node: string, line = 'ValueError: bad', turn = 3, epoch = 1) =>
  on.activities.closeJob({
    job: { item: itemId(`cf.${turn}.self-play.${k}`), epoch },
    node: nodeId(node),
    slots: 1,
    outcome: {
      type: 'failed',
      failure: failureRecord('job.exit-code', {
        cannot: 'x',
        because: 'y',
        hint: { say: 'z' },
        fields: { node, exitCode: 1, stderr: `Traceback\n${line}\n` },
      }),
    },
  });
const states = async (on: LedgerHarness, turn = 3) =>
  (await on.activities.items({ items: [0, 1, 2, 3].map((k) => itemId(`cf.${turn}.self-play.${k}`)) })).map(({ state }) => state);
async function playing(): Promise<LedgerHarness> {
  const on = ledgerHarness();
  await on.activities.recordNodes({ nodes: ['a', 'b', 'c'].map((id) => nodeView(id, { slots: 1 })) });
  await on.activities.enqueue({ items: [0, 1, 2, 3].map((k) => spec(k)) });
  await on.activities.claim({ open: [] });
  expect(on.started.map(({ job, node }) => `${job.item}@${node}`)).toEqual(['cf.3.self-play.0@a', 'cf.3.self-play.1@b', 'cf.3.self-play.2@c']);
  return on;
}

it('cancels what is pending and running, starts nothing further, and signals the owner with the line', async () => {
  const on = await playing();
  await failed(on, 0, 'a');
  const startedBefore = on.started.length;
  await failed(on, 1, 'b');
  expect(on.started).toHaveLength(startedBefore);
  const all = await states(on);
  expect(all.filter((state) => state === 'pending')).toEqual([]);
  expect(all[1]).toBe('cancelled');
  expect(on.signals.filter(({ signal }) => signal.startsWith('cancel→')).map(({ signal }) => signal)).toContain('cancel→job/cf.3.self-play.2/1');
  const told = on.signals.filter(({ signal }) => signal === 'itemClosed→self-play/cf/3').at(-1);
  expect(told?.payload).toMatchObject({
    item: 'cf.3.self-play.1',
    state: 'cancelled',
    outcome: { failure: { code: 'pipeline.defect', fields: { line: 'ValueError: bad', nodes: 'a, b', exitCode: 1 } } },
  });
});

it('other lines, and tries of an earlier run of the turn, stop nothing', async () => {
  const on = await playing();
  await failed(on, 0, 'a');
  await failed(on, 1, 'b', 'KeyError: k');
  expect((await states(on)).filter((state) => state === 'cancelled')).toEqual([]);
  const again = ledgerHarness();
  await again.activities.recordNodes({ nodes: [nodeView('a', { slots: 1 }), nodeView('b', { slots: 1 })] });
  await again.activities.enqueue({ items: [spec(0)] });
  await again.activities.claim({ open: [] });
  await failed(again, 0, 'a');
  await again.activities.recordStage({ pipeline: 'cf', turn: 3, stage: 'failed', detail: '' });
  await again.activities.enqueue({ items: [{ ...spec(0), id: itemId('cf.3.self-play.1') }] });
  await again.activities.claim({ open: [] });
  await failed(again, 1, again.started.at(-1)?.node ?? 'b');
  expect((await again.activities.items({ items: [itemId('cf.3.self-play.1')] }))[0]?.state).not.toBe('cancelled');
});

/** Makes the next signal of this name fail, as if the ledger worker died before it could send the signal. */
function dieBefore({ dependencies: { workflows } }: LedgerHarness, name: string): void {
  const { signal } = workflows;
  Object.assign(workflows, {
    signal: async (...sent: Parameters<typeof signal>) => {
      if (sent[1] !== name) return await signal(...sent);
      Object.assign(workflows, { signal });
      throw new Error('the worker died');
    },
  });
}
const signalsTo = ({ signals }: LedgerHarness) => signals.map(({ signal }) => signal);

it('the repeat of a close that died before its signals sends them: to the jobs that still run, and to the owner', async () => {
  const on = await playing();
  await failed(on, 0, 'a');
  on.signals.length = 0;
  dieBefore(on, 'cancel');
  await expect(failed(on, 1, 'b')).rejects.toThrow('the worker died');
  expect(signalsTo(on)).not.toContain('cancel→job/cf.3.self-play.2/1');
  await failed(on, 1, 'b');
  expect(signalsTo(on)).toContain('cancel→job/cf.3.self-play.2/1');
  expect(on.signals.filter(({ signal }) => signal === 'itemClosed→self-play/cf/3').at(-1)?.payload).toMatchObject({
    item: 'cf.3.self-play.1',
    state: 'cancelled',
    outcome: { failure: { code: 'pipeline.defect' } },
  });
});

it('the repeat of a close that died before the decision makes the decision', async () => {
  const on = await playing();
  await failed(on, 0, 'a');
  const { queue } = on.ledgers;
  const openOf = queue.openOf.bind(queue);
  queue.openOf = () => {
    queue.openOf = openOf;
    throw new Error('the disk is full');
  };
  await expect(failed(on, 1, 'b')).rejects.toThrow('the disk is full');
  expect((await states(on)).filter((state) => state === 'cancelled')).toEqual([]);
  await failed(on, 1, 'b');
  expect((await states(on))[1]).toBe('cancelled');
  expect(signalsTo(on)).toContain('cancel→job/cf.3.self-play.2/1');
});

it('a late repeat cancels no job of a run that began after the stop', async () => {
  const on = await playing();
  await failed(on, 0, 'a');
  await failed(on, 1, 'b');
  await on.activities.enqueue({ items: [{ ...spec(4), id: itemId('cf.3.self-play.4') }] });
  await on.activities.claim({ open: [] });
  expect(on.started.map(({ job }) => job.item)).toContain('cf.3.self-play.4');
  on.signals.length = 0;
  await failed(on, 1, 'b');
  expect(signalsTo(on)).not.toContain('cancel→job/cf.3.self-play.4/1');
});

it('the repeat of a cancellation that died before it woke the dispatcher wakes it', async () => {
  const on = ledgerHarness();
  await on.activities.enqueue({ items: [{ ...spec(3), slots: 2 }] });
  dieBefore(on, 'wake');
  await expect(on.activities.cancelItems({ items: [itemId('cf.3.self-play.3')] })).rejects.toThrow('the worker died');
  await on.activities.cancelItems({ items: [itemId('cf.3.self-play.3')] });
  expect(signalsTo(on)).toEqual(['wake→dispatcher']);
});
