/** Only the dispatcher counts slots. When it calls `claim`, it passes the list of open jobs, which are the jobs that hold slots. */
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ClosedJob, OpenJob } from '../../src/domain/job/open-job.ts';
import { type DispatcherInput, type NodeLostSignal, signals, workflowIds } from '../../src/contract/workflows.ts';
import type { ItemId, NodeId } from '../../src/domain/ids.ts';
import { FakeCluster } from '../support/time-skipping.ts';
import { eventually } from '../support/eventually.ts';

let cluster: FakeCluster;
beforeAll(async () => void (cluster = await FakeCluster.start()));
afterEach(() => cluster.reset());
afterAll(() => cluster?.stop());

const node = 'b' as NodeId;
const openOf = (item: string): OpenJob => ({ job: { item: item as ItemId, epoch: 1 }, node, slots: 1 });

const start = (...open: OpenJob[]) => cluster.start<DispatcherInput>('dispatcher', workflowIds.dispatcher, { v: 2, open, reconciledAtMs: 0 });
const lastOpen = () =>
  cluster
    .inputs('claim')
    .at(-1)
    ?.open.map(({ job }) => job.item);

describe('the dispatcher', () => {
  it('reconciles after 60 s of rest: a job that Temporal has closed no longer holds slots', async () => {
    const ghost = openOf('ghost');
    cluster.answer({ reconcileClaims: async () => ({ freed: [ghost.job] }) });
    await start(ghost);
    await cluster.called('claim', 1);
    expect(cluster.inputs('reconcileClaims')).toEqual([]);
    await cluster.env.sleep('61s');
    await cluster.called('reconcileClaims', 1);
    await eventually('the slot of the ghost', () => lastOpen()?.length === 0);
    expect(cluster.inputs('reconcileClaims')[0]?.open).toEqual([ghost]);
  });

  it('also reconciles when it is woken all the time', async () => {
    const dispatcher = await start();
    for (let claims = 1; claims <= 4; claims += 1) {
      await cluster.called('claim', claims);
      await cluster.env.sleep('20s');
      await dispatcher.signal(signals.wake);
    }
    await cluster.called('reconcileClaims', 1);
    expect(cluster.inputs('reconcileClaims')).toHaveLength(1);
  });

  it('also reconciles when each of its runs is shorter than the interval', async () => {
    const last = await cluster.env.currentTimeMs();
    cluster.answer({ claim: async ({ open }) => ({ started: [], pendingLeft: open.length }) });
    const dispatcher = await cluster.start<DispatcherInput>('dispatcher', workflowIds.dispatcher, {
      v: 2,
      open: [openOf('ghost')],
      reconciledAtMs: last - 61_000,
    });
    await cluster.called('reconcileClaims', 1);
    expect((await dispatcher.describe()).status.name).toBe('RUNNING');
  });

  it('survives an error of the ledger: it shows the error, rests, and continues with its state', async () => {
    const open = openOf('still-open');
    let asked = 0;
    cluster.answer({
      claim: async () => {
        asked += 1;
        if (asked === 1) throw ApplicationFailure.create({ message: 'the ledger is torn', type: 'ledger.corrupt', nonRetryable: true });
        return { started: [], pendingLeft: 0 };
      },
    });
    const dispatcher = await start(open);
    await cluster.called('claim', 1);
    const shown = async () => (await dispatcher.describe()).searchAttributes;
    await eventually('the state error', async () => (await shown())['LifecycleState']?.[0] === 'error');
    expect(await shown()).toMatchObject({ FailureCode: ['ledger.corrupt'] });
    await cluster.env.sleep('15s');
    await cluster.called('claim', 2);
    expect(cluster.inputs('claim').at(-1)?.open).toEqual([open]);
    expect((await dispatcher.describe()).status.name).toBe('RUNNING');
  });

  it('counts the jobs of a claim until it receives that they have closed', async () => {
    cluster.answer({ claim: async ({ open }) => ({ started: open.length === 0 ? [openOf('short')] : [], pendingLeft: 0 }) });
    const dispatcher = await start();
    await cluster.called('claim', 1);
    await dispatcher.signal(signals.wake);
    await cluster.called('claim', 2);
    expect(lastOpen()).toEqual(['short']);
    cluster.answer({});
    await dispatcher.signal(signals.jobClosed, openOf('short'));
    await cluster.called('claim', 3);
    expect(lastOpen()).toEqual([]);
  });

  it('does not count a job that closed before the result of its claim arrived', async () => {
    const gate = cluster.gate();
    let asked = 0;
    cluster.answer({
      claim: async () => {
        asked += 1;
        if (asked > 1) return { started: [], pendingLeft: 0 };
        await gate.held();
        return { started: [openOf('short'), openOf('long')], pendingLeft: 0 };
      },
    });
    const dispatcher = await start();
    await cluster.called('claim', 1);
    await dispatcher.signal(signals.jobClosed, openOf('short'));
    gate.open();
    await cluster.called('claim', 2);
    expect(lastOpen()).toEqual(['long']);
  });

  it('only updates its count when the slots of a closed job were handed on and no other slot is free', async () => {
    const dispatcher = await start(openOf('first'));
    await cluster.called('claim', 1);
    await dispatcher.signal(signals.jobClosed, { ...openOf('first'), next: [openOf('second')], pendingLeft: 7, settled: true } satisfies ClosedJob);
    const shown = async () => (await dispatcher.query<{ readonly currentDetails: string }>('__temporal_workflow_metadata')).currentDetails;
    await eventually('the new count', async () => (await shown()).includes('1 jobs open, 7 items pending'));
    expect(cluster.inputs('claim')).toHaveLength(1);
    await dispatcher.signal(signals.jobClosed, { ...openOf('second'), next: [openOf('third')], pendingLeft: 6, settled: false } satisfies ClosedJob);
    await cluster.called('claim', 2);
    expect(lastOpen()).toEqual(['third']);
  });

  it('does not count a job whose start it learns, twice, after its end', async () => {
    cluster.answer({ claim: async ({ open }) => ({ started: open.length === 1 ? [openOf('quick')] : [], pendingLeft: 0 }) });
    const dispatcher = await start(openOf('slow'));
    await cluster.called('claim', 1);
    cluster.answer({});
    await dispatcher.signal(signals.jobClosed, openOf('quick'));
    await cluster.called('claim', 2);
    await dispatcher.signal(signals.jobClosed, { ...openOf('before'), next: [openOf('quick')], settled: true } satisfies ClosedJob);
    await dispatcher.signal(signals.wake);
    await cluster.called('claim', 3);
    expect(lastOpen()).toEqual(['slow']);
  });

  it('carries the recently closed jobs into the next run, and continues as new although nothing wakes it', async () => {
    const dispatcher = await start(openOf('job-0'));
    await cluster.called('claim', 1);
    const { runId } = await dispatcher.describe();
    const latest = cluster.env.client.workflow.getHandle(workflowIds.dispatcher);
    let jobs = 0;
    const isNewRun = async () => {
      const now = await latest.describe();
      if (now.runId !== runId) return true;
      // No signals are sent once the dispatcher wants a new run, because an endless stream of signals would delay the new run for ever.
      for (const end = now.historyLength > 600 ? jobs : jobs + 10; jobs < end; jobs += 1) {
        const left: ClosedJob = { ...openOf(`job-${jobs}`), next: [openOf(`job-${jobs + 1}`)], pendingLeft: 9, settled: true };
        await latest.signal(signals.jobClosed, left);
      }
      return false;
    };
    await eventually('the next run', isNewRun, { limitMs: 40_000 });
    await latest.signal(signals.jobClosed, { ...openOf('late'), next: [openOf(`job-${jobs - 10}`)], settled: true } satisfies ClosedJob);
    const claims = cluster.inputs('claim').length;
    await latest.signal(signals.wake);
    await cluster.called('claim', claims + 1);
    expect(lastOpen()).toEqual([`job-${jobs}`]);
  }, 60_000);

  it('signals the jobs of a lost node, and no others', async () => {
    const dispatcher = await start(openOf('on-b'), { ...openOf('on-c'), node: 'c' as NodeId });
    await dispatcher.signal<[NodeLostSignal]>(signals.nodeLost, { node, evidence: 'silent' });
    await eventually('the signal', async () => (await cluster.commandsOf(dispatcher)).includes('nodeLost→job/on-b/1'));
    expect(await cluster.commandsOf(dispatcher)).not.toContain('nodeLost→job/on-c/1');
  });
});
