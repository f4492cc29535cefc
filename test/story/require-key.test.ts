/** A cluster with `temporal.requireKey` works as any other, and does nothing for the plain Temporal CLI of another user. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePorts } from '../support/free-ports.ts';
import { type LiveCluster, makeCluster } from '../support/live-cluster.ts';
import { temporalCli } from '../support/temporal-cli.ts';

const run = promisify(execFile);
let cluster: LiveCluster;
let address = '';
beforeAll(async () => {
  const [port] = await freePorts(1);
  cluster = await makeCluster({ requireKey: true, nodes: [{ id: 'a', practice: { port }, slots: 2, worker: 'resident' }] });
  await cluster.up();
  const seen = await cluster.until('the worker of the node works', 60, (status) =>
    status.nodes.some((node) => node.state === 'alive' && node.route === 'resident') ? status : undefined,
  );
  address = seen.temporalAddress;
}, 180_000);
afterAll(() => cluster.destroy(), 120_000);

const program = ['sh', '-c', `echo '{"v":1,"files":[],"result":{}}' >output/manifest.json`];
const itemDefaults = { priority: 5, env: {}, request: {}, inputs: [], outputs: [], seed: 1, attemptsMax: 1, slots: 1, labels: [] };
const items = (id: string): string =>
  JSON.stringify({
    items: [
      {
        ...itemDefaults,
        id,
        kind: 'command',
        command: program,
        limits: { runSecondsMax: 60, silentSecondsMax: 60 },
      },
    ],
  });
const start = 'workflow execute --task-queue ringmaster --type enqueue -o json'.split(' ');
const enqueue = (id: string): readonly string[] => [...start, '--workflow-id', `enqueue/${id}`, '--input', items(id)];
const done = (id: string) => cluster.until(`item ${id} is completed`, 60, async () => (await cluster.item(id))?.item.state === 'completed');

it('the plain CLI is refused by name, and ringmaster temporal is not', { timeout: 120_000 }, async () => {
  const plain = await run(temporalCli(), [...enqueue('plain.1'), '--address', address]).catch((error: unknown) => error as { stdout: string });
  expect(plain.stdout).toContain('temporal.key-missing');
  expect(await cluster.item('plain.1')).toBeUndefined();
  expect(await cluster.cli('temporal', ...enqueue('proven.1'))).toMatchObject({ code: 0 });
  await done('proven.1');
  expect(await cluster.cli('temporal', 'workflow', 'signal', '--workflow-id', 'dispatcher', '--name', 'wake')).toMatchObject({ code: 0 });
});

it('an item of queue add completes', { timeout: 120_000 }, async () => {
  expect(await cluster.cli('queue', 'add', 'added.1', '--', ...program)).toMatchObject({ code: 0 });
  expect(await done('added.1')).toBe(true);
});
