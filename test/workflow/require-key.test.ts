/** A cluster that requires a key does nothing for a call without the proof of the key. Its own calls all have a proof. */
import { Client, defaultPayloadConverter, type WorkflowClientInterceptor } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { proofHeader, proofOf } from '../../src/contract/proof/proof.ts';
import { controlQueue } from '../../src/contract/queue.ts';
import { signals, workflowIds } from '../../src/contract/workflows.ts';
import { keyedBundle } from '../../workers/keyed-bundle.ts';
import { eventually } from '../support/eventually.ts';
import { bundle, FakeCluster } from '../support/time-skipping.ts';

const key = '5'.repeat(64);
let cluster: FakeCluster;
beforeAll(async () => void (cluster = await FakeCluster.start(key)));
afterAll(() => cluster.stop());

const asked = { items: ['x.1'], reason: 'not wanted' };

/** Runs `cancel` with a client that sends this header or none, and returns the codes in the failure. */
async function failureOf(workflowId: string, taskQueue: string, header?: string): Promise<readonly unknown[]> {
  const headers = header === undefined ? {} : { [proofHeader]: defaultPayloadConverter.toPayload(header) };
  const interceptor: WorkflowClientInterceptor = { startWithDetails: (input, next) => next({ ...input, headers }) };
  const client = new Client({ connection: cluster.env.connection, interceptors: { workflow: [interceptor] } });
  const run = client.workflow.execute('cancel', { workflowId, taskQueue, args: [asked] });
  const codes: unknown[] = [];
  let error: unknown = await run.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  for (; error instanceof Error; error = error.cause) codes.push('type' in error ? error.type : error.name);
  return codes;
}

it('a workflow without a proof, or with the proof of another call, fails at once and calls nothing', async () => {
  const other = proofOf(key, { kind: 'start', workflowId: 'cancel/a', name: 'cancel', args: [{ ...asked, items: ['y.1'] }] });
  for (const header of [undefined, other, 'nonsense']) expect(await failureOf('cancel/a', controlQueue, header)).toContain('temporal.key-missing');
  expect(cluster.inputs('cancelItems')).toHaveLength(0);
  const good = proofOf(key, { kind: 'start', workflowId: 'cancel/a', name: 'cancel', args: [asked] });
  expect(await failureOf('cancel/a', controlQueue, good)).toEqual([]);
  expect(cluster.inputs('cancelItems')).toHaveLength(1);
});

it('a history shows the proof and never the key, and it replays with the key', async () => {
  const handle = await cluster.start('cancel', 'cancel/b', asked);
  await handle.result();
  const history = await handle.fetchHistory();
  const called = history.events?.find(({ activityTaskScheduledEventAttributes: one }) => one?.activityType?.name === 'cancelItems');
  expect(Object.keys(called?.activityTaskScheduledEventAttributes?.header?.fields ?? {})).toEqual([proofHeader]);
  expect(JSON.stringify(history)).not.toContain(key);
  await Worker.runReplayHistory({ workflowBundle: { code: keyedBundle(bundle, key) } }, history, handle.workflowId);
});

it('an activity that a foreign worker schedules on our queue is refused before it runs', async () => {
  await cluster.work({ taskQueue: 'foreign', workflowBundle: { codePath: bundle } });
  const calls = cluster.inputs('cancelItems').length;
  expect(await failureOf('cancel/foreign', 'foreign')).toContain('temporal.key-missing');
  expect(cluster.inputs('cancelItems')).toHaveLength(calls);
});

it('a signal without a proof is ignored, and one with a proof works', async () => {
  const handle = await cluster.start('dispatcher', workflowIds.dispatcher, { v: 2, open: [], reconciledAtMs: 0 });
  await cluster.called('claim', 1);
  const settled = async (events: number): Promise<number> =>
    eventually('the workflow takes what came', async () => {
      const all = (await handle.fetchHistory()).events ?? [];
      return all.slice(events).some(({ workflowTaskCompletedEventAttributes: done }) => done) ? all.length : undefined;
    });
  const atRest = await settled(0);
  const claims = cluster.inputs('claim').length;
  await cluster.env.client.workflow.getHandle(workflowIds.dispatcher).signal(signals.wake);
  await settled(atRest);
  expect(cluster.inputs('claim')).toHaveLength(claims);
  await cluster.client.workflow.getHandle(workflowIds.dispatcher).signal(signals.wake);
  await cluster.called('claim', claims + 1);
});
