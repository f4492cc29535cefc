/** Control looks which daemons have a workflow, on a real Temporal server. No worker runs, so each workflow only takes signals. */
import { defaultPayloadConverter } from '@temporalio/common';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { signals, workflowIds } from '../../src/contract/workflows.ts';
import type { DaemonRow } from '../../src/domain/daemon/daemon.ts';
import { DaemonWatch } from '../../workers/control/watch-daemons.ts';
import { startTemporal, type TemporalHere } from '../cli/temporal-here.ts';
import { eventually } from '../support/eventually.ts';

// Two looks in a row must miss a workflow, and the list of the server lags.
vi.setConfig({ testTimeout: 60_000 });
let temporal: TemporalHere;
beforeAll(async () => {
  temporal = await startTemporal();
}, 60_000);
afterAll(() => temporal.stop());

const row = (id: string): DaemonRow => ({ id, summary: 'works', critical: true, dependencies: [], intervalMs: 60_000 });
const rows = [row('ROUTER'), row('SYNC')];
const start = (type: string, workflowId: string) => temporal.client.workflow.start(type, { workflowId, taskQueue: 'nobody', args: [{}] });
const statusOf = async (id: string): Promise<string> => (await temporal.client.workflow.getHandle(id).describe()).status.name;
/** Returns the signals that the manager got, each with its payload. */
async function signalsToManager(): Promise<readonly (readonly [string, unknown])[]> {
  const { events } = await temporal.client.workflow.getHandle(workflowIds.daemonManager).fetchHistory();
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => {
    const payload = signal?.input?.payloads?.[0];
    return signal?.signalName == null || payload == null ? [] : [[signal.signalName, defaultPayloadConverter.fromPayload<unknown>(payload)] as const];
  });
}

test('the manager gets the catalogue and the daemons that are gone; a daemon of an earlier release is ended; a manager that is gone is started', async () => {
  let kept = 0;
  const watch = new DaemonWatch({
    client: temporal.client,
    rows: () => rows,
    keep: async () => void (kept += 1),
    wishes: () => [],
    say: () => undefined,
  });
  await start('daemonManager', workflowIds.daemonManager);
  for (const id of ['SYNC', 'OLD', 'ROUTER']) await start('daemon', workflowIds.daemon(id));
  // The manager has not started this one yet, so it is not gone.
  rows.push(row('LATE'));
  try {
    await watch.start();
    await eventually('the daemon of an earlier release is ended', async () => (await statusOf(workflowIds.daemon('OLD'))) === 'TERMINATED');
    await temporal.client.workflow.getHandle(workflowIds.daemon('ROUTER')).terminate('one click');
    await eventually('the daemon that is gone was named', async () => (await signalsToManager()).some(([name]) => name === signals.daemonsGone));
    expect((await signalsToManager()).slice(0, 2)).toEqual([
      [signals.daemonsConfigured, { rows }],
      [signals.daemonsGone, { daemons: ['ROUTER'] }],
    ]);
    expect([await statusOf(workflowIds.daemon('OLD')), await statusOf(workflowIds.daemon('SYNC'))]).toEqual(['TERMINATED', 'RUNNING']);
    expect(kept).toBe(0);
    await temporal.client.workflow.getHandle(workflowIds.daemonManager).terminate('one click');
    await eventually('the manager was missed', () => kept > 0);
  } finally {
    watch.close();
  }
});

test('a manager that was gone gets the wishes that operators made meanwhile', async () => {
  const wish = { wish: 'stopped', by: 'ada@home', reason: 'a quiet day', sinceMs: 7 } as const;
  const keep = async (): Promise<void> => void (await start('daemonManager', workflowIds.daemonManager));
  const wishes = () => [{ id: 'SYNC', wish }, { id: 'ROUTER' }];
  await keep().catch(() => undefined);
  const watch = new DaemonWatch({ client: temporal.client, rows: () => rows, keep, wishes, say: () => undefined });
  const sent = async (): Promise<readonly unknown[]> =>
    (await signalsToManager()).filter(([name]) => name === signals.daemonsWished).map(([, payload]) => payload);
  try {
    await watch.start();
    await eventually('a manager that runs gets the wishes', async () => (await sent()).length > 0);
    await temporal.client.workflow.getHandle(workflowIds.daemonManager).terminate('one click');
    await eventually('the next manager runs', async () => (await statusOf(workflowIds.daemonManager)) === 'RUNNING', { limitMs: 30_000 });
    expect(await eventually('the next manager got the wish', async () => (await sent()).length > 0 && sent(), { limitMs: 30_000 })).toEqual([
      { daemons: ['SYNC'], wish },
    ]);
  } finally {
    watch.close();
  }
});
