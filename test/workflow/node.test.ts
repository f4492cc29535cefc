/** The node entity removes old folders on the node, and a failed removal stops nothing else. */
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type NodeInput, signals, type VerdictSignal, workflowIds } from '../../src/contract/workflows.ts';
import type { ItemId, JobRef, NodeId } from '../../src/domain/ids.ts';
import type { NodeState, NodeView } from '../../src/domain/node/node.ts';
import type { NodeWish } from '../../src/domain/node/wish.ts';
import { eventually } from '../support/eventually.ts';
import { FakeCluster } from '../support/time-skipping.ts';

let cluster: FakeCluster;
beforeAll(async () => void (cluster = await FakeCluster.start()));
afterEach(() => cluster.reset());
afterAll(() => cluster?.stop());

const node = 'b' as NodeId;
const view = (state: NodeState): NodeView => ({ node, state, sinceMs: 0, evidence: '', route: 'gateway', slots: 1, labels: [], observedAtMs: 0 });
const start = (state: NodeState) => cluster.start<NodeInput>('node', workflowIds.node(node), { v: 1, node, resident: false, view: view(state) });

/** Makes the ledger list this many job folders on the node. */
function folders(count: number): JobRef[] {
  const jobs = Array.from({ length: count }, (_, k): JobRef => ({ item: `x.${k}` as ItemId, epoch: 1 }));
  cluster.answer({
    foldersOf: async () => ({ jobs: jobs.slice(0, 100) }),
    foldersGone: async ({ jobs: gone }) => void jobs.splice(0, gone.length),
  });
  return jobs;
}

describe('a node', () => {
  it('loses the folders of completed jobs every five minutes, a hundred at a time', async () => {
    const jobs = folders(150);
    await start('alive');
    await cluster.env.sleep('4m');
    expect(cluster.inputs('forgetJobs')).toEqual([]);
    await cluster.env.sleep('2m');
    await cluster.called('foldersGone', 2);
    expect(cluster.inputs('forgetJobs').map(({ jobs: some }) => some.length)).toEqual([100, 50]);
    expect(jobs).toEqual([]);
  });

  it('is asked every hour for old folders of jobs that no ledger knows, and loses those that no process holds', async () => {
    const job = (k: number): JobRef => ({ item: `x.${k}` as ItemId, epoch: 1 });
    const old = Array.from({ length: 150 }, (_, k) => ({ ...job(k), isHeld: k === 0 }));
    cluster.answer({
      oldJobs: async () => old,
      strayJobs: async ({ jobs }) => ({ jobs: jobs.slice(1).map(({ item, epoch }) => ({ item, epoch })) }),
      forgetJobs: async () => {
        throw ApplicationFailure.create({ message: 'one of them stays', type: 'transport.busy' });
      },
    });
    await start('alive');
    await cluster.env.sleep('55m');
    expect(cluster.inputs('oldJobs')).toEqual([]);
    await cluster.env.sleep('10m');
    await cluster.called('forgetJobs', 2);
    expect(cluster.inputs('oldJobs')).toEqual([{ node, ageMs: 7 * 86_400_000 }]);
    expect(cluster.inputs('forgetJobs').map(({ jobs }) => jobs.length)).toEqual([100, 49]);
    expect(cluster.inputs('foldersGone')).toEqual([]);
  });

  it('loses old files of games every hour, also when its old folders cannot be asked for, and their removal is recorded once it has happened', async () => {
    const past = [{ pipeline: 'cf', before: 4 }];
    const removed = [{ pipeline: 'cf', files: 2, bytes: 8 }];
    cluster.answer({
      oldJobs: async () => {
        throw ApplicationFailure.create({ message: 'away', type: 'transport.unreachable' });
      },
      pastGames: async () => ({ past, ageMs: 5 }),
      removeGames: async () => (cluster.inputs('removeGames').length < 3 ? removed : []),
    });
    await start('alive');
    await cluster.env.sleep('55m');
    expect(cluster.inputs('removeGames')).toEqual([]);
    await cluster.env.sleep('10m');
    await cluster.called('gameFilesRemoved', 1);
    expect(cluster.inputs('removeGames')).toEqual([{ node, past, ageMs: 5 }]);
    await cluster.env.sleep('2h');
    await cluster.called('removeGames', 3);
    const records = cluster.inputs('gameFilesRemoved');
    expect(records).toMatchObject([
      { node, removed },
      { node, removed },
    ]);
    expect(new Set(records.map(({ key }) => key)).size).toBe(2);
  });

  it('without past games is asked for nothing', async () => {
    await start('alive');
    await cluster.env.sleep('65m');
    await cluster.called('pastGames', 1);
    expect(cluster.inputs('removeGames')).toEqual([]);
  });

  it('that is unreachable keeps them until the next time', async () => {
    const jobs = folders(3);
    let asked = 0;
    cluster.answer({
      foldersOf: async () => ({ jobs }),
      forgetJobs: async () => {
        asked += 1;
        if (asked === 1) throw ApplicationFailure.create({ message: 'away', type: 'transport.unreachable' });
      },
    });
    const handle = await start('alive');
    await cluster.env.sleep('6m');
    await cluster.called('forgetJobs', 1);
    expect(cluster.inputs('foldersGone')).toEqual([]);
    await cluster.env.sleep('6m');
    await cluster.called('foldersGone', 1);
    expect((await handle.describe()).status.name).toBe('RUNNING');
  });

  it('whose worker cannot be started is declared lost to its jobs at once', async () => {
    const never = cluster.gate();
    cluster.answer({
      ensureNodeWorker: async () => {
        await never.held();
        return { pid: 1, started: false };
      },
    });
    const handle = await cluster.start<NodeInput>('node', workflowIds.node(node), { v: 1, node, resident: true, view: view('alive') });
    await cluster.called('ensureNodeWorker', 1);
    await handle.signal<[VerdictSignal]>(signals.verdict, { view: { ...view('lost'), evidence: 'silent' }, resident: true });
    await eventually('the loss', async () => (await cluster.commandsOf(handle)).includes('nodeLost→dispatcher'));
    expect(cluster.inputs('ensureNodeWorker')).toHaveLength(1);
  });

  it('that is drained is left to the operator: no folder goes and no worker is started, until it is in service again', async () => {
    folders(3);
    const wish: NodeWish = { service: 'draining', reason: 'fan', by: 'kim@desk', sinceMs: 1, drainedAtMs: 2 };
    const handle = await cluster.start<NodeInput>('node', workflowIds.node(node), { v: 1, node, resident: true, view: view('alive'), wish });
    await cluster.env.sleep('12m');
    expect([cluster.inputs('foldersOf'), cluster.inputs('ensureNodeWorker')]).toEqual([[], []]);
    await handle.signal<[NodeWish]>(signals.wish, { service: 'in-service', reason: 'done', by: 'kim@desk', sinceMs: 3 });
    await cluster.called('ensureNodeWorker', 1);
    await cluster.called('foldersGone', 1);
  });

  it('keeps the newest wish, in whatever order the messages come, and carries it over', async () => {
    const handle = await start('alive');
    const wished = (service: NodeWish['service'], sinceMs: number): NodeWish => ({ service, reason: 'fan', by: 'kim@desk', sinceMs });
    await handle.signal<[NodeWish]>(signals.wish, wished('draining', 5));
    await handle.signal<[NodeWish]>(signals.wish, wished('cordoned', 4));
    await handle.signal<[VerdictSignal]>(signals.verdict, { view: view('suspect'), resident: false, wish: wished('in-service', 3) });
    const shown = async () => (await handle.query<{ readonly currentDetails: string }>('__temporal_workflow_metadata')).currentDetails;
    await eventually('the verdict', async () => (await shown()).includes('suspect'));
    expect(await shown()).toContain('; draining');
    const { runId } = await handle.describe();
    const latest = cluster.env.client.workflow.getHandle(workflowIds.node(node));
    for (let sent = 0; sent < 60 && (await latest.describe()).runId === runId; sent += 1)
      await latest.signal<[VerdictSignal]>(signals.verdict, { view: view('suspect'), resident: false });
    await eventually('the next run', async () => (await latest.describe()).runId !== runId);
    const fresh = await latest.query<{ readonly currentDetails: string }>('__temporal_workflow_metadata');
    expect(fresh.currentDetails).toContain('; draining');
  });

  it('that is not alive is left alone', async () => {
    folders(3);
    await start('unreachable');
    await cluster.env.sleep('12m');
    expect(cluster.inputs('foldersOf')).toEqual([]);
  });
});
