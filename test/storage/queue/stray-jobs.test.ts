/**
 * After a restore of an older copy, folders of newer jobs stay on the nodes, and no ledger knows them. The node here is a real one: this machine, with
 * real processes.
 */
import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type ItemId, type JobRef, jobWorkflowId, type NodeId } from '../../../src/domain/ids.ts';
import { heldJobMsMin, strayFolderMs } from '../../../src/domain/limits.ts';
import { backUpLedgers } from '../../../src/storage/backup/back-up-ledgers.ts';
import { restoreLedgers } from '../../../src/storage/backup/restore-ledgers.ts';
import { openMachine } from '../../../src/transport/open-machine.ts';
import { until } from '../../support/eventually.ts';
import { itemSpec, nodeView } from '../../support/item-spec.ts';
import { ownerNamed } from '../../support/owner-named.ts';
import { ledgerHarness, type LedgerHarness, stateFolder } from '../state-folder.ts';

const node = 'a' as NodeId;
const completed = { type: 'completed', result: {}, files: [] } as const;
const limits = { runSecondsMax: 100, silentSecondsMax: 100 };

/** Returns a machine and the function that starts a claimed job on it, and makes its record a month old. */
function realNode() {
  const folder = join(stateFolder(), 'node');
  const machine = openMachine({ node, owner: ownerNamed(`strays-${process.pid}`), folder, connect: { type: 'local' } });
  onTestFinished(async () => void (await machine.stopAll(0)));
  const run = async (job: JobRef, script: string): Promise<void> => {
    await machine.start({ job, argv: ['sh', '-c', script], env: {}, seed: 1, requestJson: '{}', inputs: [], limits });
    if (script !== 'sleep 99')
      await until(
        () => machine.look([job]),
        ([seen]) => seen?.phase === 'ended',
      );
    const monthAgo = Date.now() / 1_000 - 30 * 86_400;
    utimesSync(join(folder, 'records', job.item, String(job.epoch)), monthAgo, monthAgo);
  };
  return { machine, run, folders: () => readdirSync(join(folder, 'jobs')).toSorted() };
}

async function claimed({ activities }: LedgerHarness, id: string): Promise<JobRef> {
  await activities.recordNodes({ nodes: [nodeView('a', { slots: 9 })] });
  await activities.enqueue({ items: [itemSpec(id)] });
  const { started } = await activities.claim({ open: [] });
  return started.find(({ job }) => job.item === id)?.job ?? expect.fail('nothing was claimed');
}
const close = ({ activities }: LedgerHarness, job: JobRef) => activities.closeJob({ job, node, outcome: completed });

test('old folders that no ledger knows after a restore are removed under the fence; known and running jobs stay, and the event names each once', async () => {
  const folder = stateFolder();
  const before = ledgerHarness({ folder });
  const { machine, run, folders } = realNode();
  const known = await claimed(before, 'x.known');
  await run(known, 'exit 0');
  await close(before, known);
  const open = await claimed(before, 'x.open');
  await run(open, 'exit 0');
  await backUpLedgers({ state: folder, keep: 1, now: () => Date.now() - 60_000 });
  const ended = await claimed(before, 'x.ended');
  await run(ended, 'exit 0');
  await close(before, ended);
  const running = await claimed(before, 'x.running');
  await run(running, 'sleep 99');
  before.ledgers.close();
  await restoreLedgers({ state: folder });

  const on = ledgerHarness({ folder });
  const old = await machine.oldJobs(strayFolderMs);
  expect(old).toHaveLength(4);
  const { jobs } = await on.activities.strayJobs({ node, jobs: old });
  // The restored queue has the item x.open with a new epoch, so its old try is a stray, too.
  expect(jobs.map(({ item }) => item).toSorted()).toEqual(['x.ended', 'x.open']);
  await machine.forget(jobs);
  expect(folders()).toEqual(['x.known', 'x.running']);
  await expect(run(ended, 'exit 0')).rejects.toMatchObject({ code: 'job.epoch-refused' });
  expect(await machine.look([running])).toMatchObject([{ phase: 'running' }]);

  const events = () =>
    on.ledgers.queue.ledger
      .statement<{ event: string }>('SELECT event FROM outbox')
      .all()
      .map(({ event }) => JSON.parse(event) as { readonly type: string; readonly payload: unknown })
      .filter(({ type }) => type === 'STRAY_JOBS_FOUND');
  expect(events()).toMatchObject([{ payload: { node: 'a', count: 3, running: ['x.running/1'] } }]);
  expect(await on.activities.strayJobs({ node, jobs: await machine.oldJobs(strayFolderMs) })).toEqual({ jobs: [] });
  expect(events()).toHaveLength(1);
});

test('a try that the queue has open, and a try whose item was removed but whose summary is there, are no strays', async () => {
  const on = ledgerHarness();
  const held = await claimed(on, 'x.1');
  const closed = await claimed(on, 'x.2');
  await close(on, closed);
  on.ledgers.queue.ledger.statement(`DELETE FROM specs WHERE seq = (SELECT seq FROM items WHERE id = 'x.2')`).run();
  on.ledgers.queue.ledger.statement(`DELETE FROM items WHERE id = 'x.2'`).run();
  const old = [held, closed, { item: 'x.3' as ItemId, epoch: 1 }].map((job) => ({ ...job, isHeld: false }));
  expect(await on.activities.strayJobs({ node, jobs: old })).toEqual({ jobs: [{ item: 'x.3', epoch: 1 }] });
});

test('a job of which a process lives and that nothing owns is named with the reason; an open try and a try with a workflow are left alone', async () => {
  const on = ledgerHarness();
  const { machine, run } = realNode();
  const held = await claimed(on, 'x.held');
  const closed = await claimed(on, 'x.closed');
  const stopping = await claimed(on, 'x.stopping');
  const unknown: JobRef = { item: 'x.unknown' as ItemId, epoch: 1 };
  const old: JobRef = { item: held.item, epoch: held.epoch + 1 };
  const ended = await claimed(on, 'x.ended');
  for (const job of [held, closed, stopping, unknown]) await run(job, 'sleep 99');
  await run(ended, 'exit 0');
  await close(on, closed);
  await close(on, stopping);
  await close(on, ended);
  on.runningWorkflows.add(jobWorkflowId(stopping));
  const jobs = (await machine.heldJobs(heldJobMsMin)).toSorted((a, b) => (a.item < b.item ? -1 : 1));
  expect(jobs).toEqual([closed, held, stopping, unknown]);
  expect((await on.activities.ownerlessJobs({ node, jobs: [...jobs, old] })).jobs).toEqual([
    { job: closed, because: 'its processes lived, and its item is completed' },
    { job: unknown, because: 'its processes lived, and no ledger knows its item' },
    { job: old, because: `its processes lived, and the newest try of its item is ${held.epoch}` },
  ]);
});

test('the end of a job is one event, however often it is recorded, and an overdue job is asked to end each time', async () => {
  const on = ledgerHarness();
  const job = await claimed(on, 'x.slow');
  const ending = { job, node, because: 'it has held its slots for 200 min' };
  await on.activities.reapJob(ending);
  await on.activities.reapJob(ending);
  await on.activities.noteReaped(ending);
  const overdue = { signal: `overdue→${jobWorkflowId(job)}`, payload: { because: ending.because } };
  expect(on.signals.filter(({ signal }) => signal.startsWith('overdue'))).toEqual([overdue, overdue]);
  const events = on.ledgers.queue.ledger
    .statement<{ event: string }>('SELECT event FROM outbox')
    .all()
    .map(({ event }) => JSON.parse(event) as { readonly type: string; readonly payload: unknown })
    .filter(({ type }) => type === 'JOB_REAPED');
  expect(events).toMatchObject([{ payload: { item: 'x.slow', epoch: job.epoch, node: 'a', because: ending.because } }]);
});
