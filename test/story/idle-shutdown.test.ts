/** A node that is idle is drained and shut down by its own command, once for each drain, and gets jobs again when an operator puts it in service. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Client, Connection } from '@temporalio/client';
import { eventually } from '../support/eventually.ts';
import { labelledNodes, type LiveCluster, makeCluster } from '../support/live-cluster.ts';

let cluster: LiveCluster;
let connection: Connection;
beforeAll(async () => {
  const [, b] = await labelledNodes(2);
  cluster = await makeCluster({ nodes: [{ ...b, idle: { after: '1m', command: ['sh', '-c', 'echo ran >> asked; echo no power >&2; exit 3'] } }] });
  await cluster.up();
  connection = await Connection.connect({ address: (await cluster.status()).temporalAddress });
});
afterAll(async () => {
  await (connection as Connection | undefined)?.close();
  await (cluster as LiveCluster | undefined)?.destroy();
});

const wake = (): Promise<void> => new Client({ connection }).workflow.getHandle('daemon/IDLE_SHUTDOWN').signal('wake');
const eventsOf = async (type: string): Promise<string> => (await cluster.cli('event', 'list', '--type', type)).stdout;

it('a node without a job is drained, its command runs once, and the events say why and how it ended', async () => {
  await cluster.until('the daemon runs', 60, ({ daemons }) => daemons.some(({ id, state }) => id === 'IDLE_SHUTDOWN' && state === 'running'));
  const asked = join(cluster.nodeFolder('b'), 'asked');
  await eventually('the command has run', async () => (existsSync(asked) ? true : wake().then(() => undefined)), {
    limitMs: 180_000,
    everyMs: 2_000,
  });
  const wish = (await cluster.status()).nodes[0]?.wish;
  expect(wish).toMatchObject({ service: 'draining', by: 'IDLE_SHUTDOWN', reason: 'it had no job for 1 min (limit 1 min)' });
  await eventually('the events are there', async () => (await eventsOf('IDLE_NODE_SHUTDOWN_FAILED')).includes('exit code 3: no power'), {
    limitMs: 30_000,
  });
  expect(await eventsOf('IDLE_NODE_SHUT_DOWN')).toContain('b is shut down, because it had no job for 1 min');
  const { atMs = 0 } = (await cluster.status()).daemons.find(({ id }) => id === 'IDLE_SHUTDOWN')?.health ?? {};
  await wake();
  await cluster.until('the next round is over', 30, ({ daemons }) =>
    daemons.some(({ id, health }) => id === 'IDLE_SHUTDOWN' && (health?.atMs ?? 0) > atMs),
  );
  expect(readFileSync(asked, 'utf8')).toBe('ran\n');
  expect((await cluster.cli('node', 'uncordon', 'b')).code).toBe(0);
  await cluster.add({ id: 'x.1', kind: 'command', command: ['true'] });
  await eventually('the node takes a job again', async () => (await cluster.item('x.1'))?.item.epoch === 1, { limitMs: 30_000 });
}, 400_000);
