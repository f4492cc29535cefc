/** The query `state` returns what a workflow reports about itself. The tests also check what a reader gets when no workflow reports. */
import { type Client, QueryNotRegisteredError } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DistributeInput, type EnqueueInput, workflowIds } from '../../src/contract/workflows.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { readState } from '../../src/service/temporal/read-state.ts';
import { FakeCluster } from '../support/time-skipping.ts';

let cluster: FakeCluster;
beforeAll(async () => void (cluster = await FakeCluster.start()));
afterAll(() => cluster.stop());

it('a workflow reports its state and its details as data, unescaped', async () => {
  cluster.answer({ recordStage: async () => ['c*_c' as NodeId] });
  const handle = await cluster.start<DistributeInput>('distribute', workflowIds.stage('distribute', 'cf', 1), {
    pipeline: 'cf',
    turn: 1,
    model: { id: 'cf_1', sha256: 'a'.repeat(64), bytes: 1 },
    nodes: ['c*_c' as NodeId],
  });
  await handle.result();
  expect(await readState(cluster.env.client, handle.workflowId)).toEqual({
    state: 'running',
    heading: 'champion cf_1: on 0 of 1 nodes',
    rows: { away: 'c*_c' },
  });
});

it('a workflow that sets no details answers too', async () => {
  const handle = await cluster.start<EnqueueInput>('enqueue', 'enqueue/x', { items: [] });
  await handle.result();
  expect(await readState(cluster.env.client, 'enqueue/x')).toEqual({ state: 'running', heading: '', rows: {} });
});

it('without a worker there is no answer, before the time limit of this test', async () => {
  await cluster.env.client.workflow.start('job', { workflowId: 'job/x/1', taskQueue: 'nobody', args: [] });
  expect(await readState(cluster.env.client, 'job/x/1')).toBeUndefined();
});

it('a workflow of a release without the query gives no answer', async () => {
  // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- the status is in a package that we may not import: 3 is INVALID_ARGUMENT
  const refuse = (): Promise<never> => Promise.reject(new QueryNotRegisteredError('unknown query state', 3));
  const client = { withDeadline: (_: unknown, ask: () => unknown) => ask(), workflow: { getHandle: () => ({ query: refuse }) } };
  expect(await readState(client as unknown as Client, 'job/x/1')).toBeUndefined();
});
