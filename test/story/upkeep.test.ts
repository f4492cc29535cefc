/** The daemons that keep a real cluster in order. Each does its duty, and its stop stops its duty and nothing else. */
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Client, Connection } from '@temporalio/client';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import type { DaemonView } from '../../src/domain/daemon/daemon.ts';
import { labelledNodes, type LiveCluster, makeCluster, toyPipeline } from '../support/live-cluster.ts';
import { eventually } from '../support/eventually.ts';

let cluster: LiveCluster;
let connection: Connection;
let client: Client;
beforeAll(async () => {
  cluster = await makeCluster({
    nodes: (await labelledNodes(2)).slice(1, 2),
    pipelines: [toyPipeline({ selfPlay: 20, train: 20, evaluate: 20 })],
  });
  await cluster.up();
  connection = await Connection.connect({ address: (await cluster.status()).temporalAddress });
  client = new Client({ connection });
});
afterAll(async () => {
  await (connection as Connection | undefined)?.close();
  await (cluster as LiveCluster | undefined)?.destroy();
});

const daemonOf = async (id: string): Promise<DaemonView> => {
  const found = (await cluster.status()).daemons.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no daemon ${id}`);
  return found;
};
const becomes = (id: string, state: string): Promise<true> =>
  eventually(`${id} is ${state}`, async () => (await daemonOf(id)).state === state, { limitMs: 90_000 });
const wake = (id: string): Promise<void> => client.workflow.getHandle(`daemon/${id}`).signal('wake');
const eventsOf = async (type: string): Promise<string> => (await cluster.cli('event', 'list', '--type', type)).stdout;

/** Stops the daemon, and returns when it and nothing else is stopped. */
async function stopped(id: string): Promise<void> {
  expect((await cluster.cli('daemon', 'stop', id, '--reason', 'a test')).code).toBe(0);
  await becomes(id, 'stopped');
  await cluster.until(`${id} alone is stopped`, 60, ({ daemons }) =>
    daemons.every((one) => (one.id === id ? one.state === 'stopped' : one.state === 'running')),
  );
}

async function started(id: string): Promise<void> {
  expect((await cluster.cli('daemon', 'start', id)).code).toBe(0);
  await becomes(id, 'running');
}

it('MAINTENANCE removes an old file that nothing needs and says so as an event, and removes nothing while it is stopped', async () => {
  await cluster.until('all daemons run', 60, ({ daemons }) => daemons.length > 0 && daemons.every(({ state }) => state === 'running'));
  const { blobs } = statePaths(cluster.state);
  const old = join(blobs, 'ab'.repeat(32));
  mkdirSync(blobs, { recursive: true });
  writeFileSync(old, 'forgotten');
  const longAgo = new Date(Date.now() - 60 * 86_400_000);
  utimesSync(old, longAgo, longAgo);
  await stopped('MAINTENANCE');
  await wake('MAINTENANCE');
  const { atMs } = (await daemonOf('DAEMON_WATCHDOG')).health ?? { atMs: 0 };
  await wake('DAEMON_WATCHDOG');
  await eventually('another daemon does its rounds meanwhile', async () => ((await daemonOf('DAEMON_WATCHDOG')).health?.atMs ?? 0) > atMs);
  expect(existsSync(old)).toBe(true);
  await started('MAINTENANCE');
  await wake('MAINTENANCE');
  await eventually('the file is gone', () => !existsSync(old), { limitMs: 60_000 });
  await eventually('the event is there', async () => (await eventsOf('RETENTION_COMPLETED')).includes('1 files (9 bytes)'), { limitMs: 20_000 });
  await eventually('its health says it', async () => (await daemonOf('MAINTENANCE')).health?.message.includes('removed 1 files (9 bytes)') === true);
});
