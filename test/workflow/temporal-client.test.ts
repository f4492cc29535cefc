/** The ledger calls Temporal on a real server. A refusal is a result, and a call without a response is retried. */
import { Client, Connection } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Assignment } from '../../src/domain/job/assignment.ts';
import type { ItemId, NodeId } from '../../src/domain/ids.ts';
import { workflowsOf } from '../../workers/ledger/temporal-client.ts';
import { FakeCluster } from '../support/time-skipping.ts';
import { itemSpec } from '../support/item-spec.ts';

let cluster: FakeCluster;
beforeAll(async () => void (cluster = await FakeCluster.start()));
afterEach(() => cluster.reset());
afterAll(() => cluster?.stop());

const step = (item: string, change: object = {}): Assignment => ({
  job: { item: item as ItemId, epoch: 1 },
  node: 'b' as NodeId,
  slots: 1,
  spec: itemSpec(item, change),
  residentRoute: false,
  again: false,
});

describe('a job', () => {
  it('is started once; a second start finds the running job', async () => {
    const workflows = workflowsOf(cluster.env.client);
    const gate = cluster.gate();
    cluster.answer({
      awaitJob: async () => {
        await gate.held();
        return { type: 'completed', manifest: { v: 1, files: [], result: {} } };
      },
    });
    await workflows.startJob(step('once', { pipeline: 'cf' }));
    const handle = cluster.adopt('job/once/1');
    const { runId, searchAttributes } = await handle.describe();
    await workflows.startJob(step('once', { pipeline: 'cf' }));
    expect((await handle.describe()).runId).toBe(runId);
    expect(searchAttributes).toMatchObject({ NodeId: ['b'], JobKind: ['self-play'], Pipeline: ['cf'] });
    expect(await workflows.isClosed('job/once/1')).toBe(false);
    gate.open();
    await handle.result();
    expect(await workflows.isClosed('job/once/1')).toBe(true);
  });

  it('that cannot be started is a defect and is not retried for ever', async () => {
    await expect(workflowsOf(cluster.env.client).startJob(step('refused', { pipeline: 5 }))).rejects.toMatchObject({ code: 'internal.defect' });
  });
});

describe('a workflow that does not exist', () => {
  it('counts as not closed, and a signal to it is not sent', async () => {
    const { isClosed, signal } = workflowsOf(cluster.env.client);
    expect(await isClosed('job/nobody/1')).toBe(false);
    await expect(signal('nobody', 'itemClosed', {})).resolves.toBeUndefined();
  });
});

it('a call without a response from the server is retried', async () => {
  const connection = Connection.lazy({ address: '127.0.0.1:1', connectTimeout: '1s', interceptors: [] });
  const { isClosed, signal, startJob } = workflowsOf(new Client({ connection }));
  try {
    for (const ask of [() => isClosed('x'), () => signal('x', 'wake', {}), () => startJob(step('x'))])
      await expect(ask()).rejects.toMatchObject({ code: 'server.unavailable' });
  } finally {
    await connection.close();
  }
});
