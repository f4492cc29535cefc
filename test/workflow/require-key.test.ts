/** A cluster that requires a key does nothing for a call without the proof of the key. Its own calls all have a proof. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, defaultPayloadConverter, type WorkflowClientInterceptor } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { proofHeader, proofOf } from '../../src/contract/proof/proof.ts';
import { controlQueue } from '../../src/contract/queue.ts';
import { signals, workflowIds } from '../../src/contract/workflows.ts';
import { keyedBundle } from '../../workers/keyed-bundle.ts';
import { addUpdate, addValidUpdate, counter } from '../support/counter-workflow.ts';
import { eventually } from '../support/eventually.ts';
import { repository } from '../support/repository.ts';
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
  return codesOf(client.workflow.execute('cancel', { workflowId, taskQueue, args: [asked] }));
}

/** Returns the codes in the failure of a call, the outermost first. The list is empty when the call succeeds. */
async function codesOf(call: Promise<unknown>): Promise<readonly unknown[]> {
  const codes: unknown[] = [];
  let error: unknown = await call.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  for (; error instanceof Error; error = error.cause) codes.push('type' in error ? error.type : error.name);
  return codes;
}

/** Returns the code of the workflow `counter` with the product's check of proofs and the key, as `scripts/build.mjs` bundles the product's workflows. */
async function counterBundle(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'ringmaster-counter-'));
  try {
    const { code } = await bundleWorkflowCode({
      workflowsPath: join(repository, 'test/support/counter-workflow.ts'),
      workflowInterceptorModules: [join(repository, 'dist/workflows/isolate/require-proof.js')],
      logger: new DefaultLogger('ERROR'),
    });
    writeFileSync(join(folder, 'bundle.js'), code);
    return keyedBundle(join(folder, 'bundle.js'), key);
  } finally {
    rmSync(folder, { recursive: true });
  }
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

it(
  'an update without a proof, or with the proof of another call, is refused and changes nothing, and one with its proof works',
  { timeout: 180_000 },
  async () => {
    // The bundler needs most of the time.
    await cluster.work({ taskQueue: 'counter', workflowBundle: { code: await counterBundle() } });
    for (const update of [addUpdate, addValidUpdate]) {
      const effect = { kind: 'update', workflowId: `counter/${update.name}`, name: update.name, args: [1] } as const;
      const handle = await cluster.client.workflow.start(counter, { workflowId: effect.workflowId, taskQueue: 'counter', args: [6] });
      const addOne = (header?: string): Promise<number> => {
        const headers = header === undefined ? {} : { [proofHeader]: defaultPayloadConverter.toPayload(header) };
        const interceptor: WorkflowClientInterceptor = { startUpdate: (input, next) => next({ ...input, headers }) };
        const client = new Client({ connection: cluster.env.connection, interceptors: { workflow: [interceptor] } });
        return client.workflow.getHandle(effect.workflowId).executeUpdate(update, { args: [1] });
      };
      const others = [
        { ...effect, args: [2] },
        { ...effect, workflowId: 'counter/b' },
        { ...effect, name: 'set' },
        { ...effect, kind: 'signal' as const },
      ];
      for (const header of [undefined, 'nonsense', ...others.map((other) => proofOf(key, other))])
        expect(await codesOf(addOne(header)), `${update.name} with ${header}`).toContain('temporal.key-missing');
      expect(await addOne(proofOf(key, effect))).toBe(1);
      expect(await handle.executeUpdate(update, { args: [5] })).toBe(6);
      expect(await handle.result()).toBe(6);
      const { events = [] } = await handle.fetchHistory();
      const accepted = (events ?? []).filter(({ workflowExecutionUpdateAcceptedEventAttributes: one }) => one).length;
      // The refused updates of a handler with a validator leave no event.
      expect(accepted).toBe(update === addValidUpdate ? 2 : 8);
    }
  },
);
