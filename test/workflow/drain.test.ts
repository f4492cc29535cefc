/** A node is drained while jobs run. The dispatcher, jobs, wish and node entity use a real ledger. Only the machines are fakes. */
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createLedgerActivities } from '../../activities/ledger/index.ts';
import { type DispatcherInput, type EnqueueInput, type NodeInput, workflowIds } from '../../src/contract/workflows.ts';
import { jobWorkflowId } from '../../src/domain/ids.ts';
import { type NodeService, serviceOf, type WishReply } from '../../src/domain/node/wish.ts';
import { wishNode } from '../../src/service/node/wish-node.ts';
import { ledgerHarness, type LedgerHarness } from '../storage/state-folder.ts';
import { itemSpec, nodeId, nodeView } from '../support/item-spec.ts';
import { eventually } from '../support/eventually.ts';
import { FakeCluster } from '../support/time-skipping.ts';

let cluster: FakeCluster;
beforeAll(async () => void (cluster = await FakeCluster.start()));
afterEach(() => cluster.reset());
afterAll(() => cluster?.stop());

const b = nodeId('b');
const wish = (service: NodeService): Promise<WishReply> => wishNode(cluster.env.client, { node: b, service, reason: 'new fan', by: 'kim@desk' });
const details = async (handle: WorkflowHandle<() => Promise<unknown>>): Promise<string> =>
  (await handle.query<{ readonly currentDetails: string }>('__temporal_workflow_metadata')).currentDetails;

/**
 * Runs the ledger activities of this cluster on the files of `on`. A second call replaces these activities, as a restart of the ledger worker does.
 */
function serveLedger(on: LedgerHarness, ends: ReadonlyMap<string, ReturnType<FakeCluster['gate']>>): void {
  const { client } = cluster.env;
  const activities = createLedgerActivities({
    ...on.dependencies,
    workflows: {
      ...on.dependencies.workflows,
      isClosed: async (id) => (await client.workflow.getHandle(id).describe()).status.name !== 'RUNNING',
      startJob: async ({ spec, ...step }) => void (await cluster.start('job', jobWorkflowId(step.job), { ...step, spec }).catch(() => undefined)),
      signal: (id, name, payload) =>
        client.workflow
          .getHandle(id)
          .signal(name, payload)
          .catch(() => undefined),
    },
  });
  cluster.answer({
    ...activities,
    awaitJob: async ({ job, node }) => {
      if (node === b) await ends.get(job.item)?.held();
      return { type: 'completed', manifest: { v: 1, files: [], result: {} } };
    },
  });
}

async function running() {
  const on = ledgerHarness();
  const ends = new Map(['x', 'y'].map((id) => [id, cluster.gate()]));
  serveLedger(on, ends);
  await on.activities.recordNodes({ nodes: [nodeView('b', { slots: 2 })] });
  await on.activities.enqueue({ items: [itemSpec('x'), itemSpec('y')] });
  const node = await cluster.start<NodeInput>('node', workflowIds.node(b), { v: 1, node: b, resident: false, view: nodeView('b', { slots: 2 }) });
  await cluster.start<DispatcherInput>('dispatcher', workflowIds.dispatcher, { v: 2, open: [], reconciledAtMs: 0 });
  await cluster.called('awaitJob', 2);
  return { on, ends, node };
}
const jobsStarted = () => cluster.inputs('launchJob').map(({ job }) => job.item);
const serviceOfB = ({ ledgers }: LedgerHarness) => serviceOf(ledgers.resources.nodes().find(({ node }) => node === b) ?? {});

describe('a drain', () => {
  it('lets running jobs finish, starts nothing new, says what it waits for, and gives the node back with an uncordon', async () => {
    const { on, ends, node } = await running();
    expect(await wish('draining')).toMatchObject({
      changed: true,
      openJobs: [
        { item: 'x', epoch: 1 },
        { item: 'y', epoch: 1 },
      ],
    });
    await eventually('the wish in the details', async () => (await details(node)).includes('; draining'));
    expect(await details(node)).toContain('by kim@desk: new fan');

    await cluster.start<EnqueueInput>('enqueue', 'enqueue/late', { items: [itemSpec('late')] });
    ends.get('x')?.open();
    await eventually('the end of x', () => on.ledgers.queue.row('x')?.state === 'completed');
    expect((await wish('draining')).openJobs).toEqual([{ item: 'y', epoch: 1 }]);
    expect(serviceOfB(on)).toBe('draining');
    ends.get('y')?.open();
    await eventually('the end of the drain', async () => (await details(node)).includes('; drained'));
    expect([serviceOfB(on), on.ledgers.queue.row('late')?.state, jobsStarted().toSorted()]).toEqual(['drained', 'pending', ['x', 'y']]);

    expect(await wish('in-service')).toMatchObject({ changed: true });
    await eventually('the item that waited', () => on.ledgers.queue.row('late')?.state === 'completed');
    expect(await details(node)).not.toContain('drained');
  });

  it('goes on after the ledger and the dispatcher were both gone', async () => {
    const { on, ends, node } = await running();
    await wish('draining');
    on.ledgers.close();
    await cluster.env.client.workflow.getHandle(workflowIds.dispatcher).terminate();
    const again = ledgerHarness({ folder: on.folder });
    again.clock.nowMs = on.clock.nowMs;
    serveLedger(again, ends);
    await cluster.start<DispatcherInput>('dispatcher', workflowIds.dispatcher, { v: 2, open: [], reconciledAtMs: 0 });
    await again.activities.enqueue({ items: [itemSpec('late')] });
    for (const end of ends.values()) end.open();
    await eventually('the end of the drain', async () => (await details(node)).includes('; drained'));
    expect(again.ledgers.queue.row('late')).toMatchObject({ state: 'pending', epoch: 0 });
  });
});
