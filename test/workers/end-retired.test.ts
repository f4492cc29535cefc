/** Control ends the workflows that an earlier release left, on a real Temporal server. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endRetired } from '../../workers/control/end-retired.ts';
import { startTemporal, type TemporalHere } from '../cli/temporal-here.ts';

let temporal: TemporalHere;
beforeAll(async () => {
  temporal = await startTemporal();
}, 60_000);
afterAll(() => temporal.stop());

test('the workflow `nodes` of an earlier release is ended with its successor as the reason, and no other workflow', async () => {
  const { client } = temporal;
  const start = (workflowId: string) => client.workflow.start('nodes', { workflowId, taskQueue: 'ringmaster', args: [{}] });
  const statusOf = async (workflowId: string): Promise<string> => (await client.workflow.getHandle(workflowId).describe()).status.name;
  // A new cluster has no such workflow.
  await endRetired(client);
  const left = await start('nodes');
  await start('node/a');
  await endRetired(client);
  expect(await statusOf('nodes')).toBe('TERMINATED');
  expect(await statusOf('node/a')).toBe('RUNNING');
  const { events } = await left.fetchHistory();
  expect(events?.at(-1)?.workflowExecutionTerminatedEventAttributes?.reason).toBe('its work is done by the daemon CLUSTER_MONITOR');
  // The next start of control finds the workflow ended, which is no error.
  await endRetired(client);
  expect(await statusOf('nodes')).toBe('TERMINATED');
});
