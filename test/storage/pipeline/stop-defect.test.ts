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
