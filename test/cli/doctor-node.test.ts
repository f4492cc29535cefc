/** Doctor names each fault of a node on a line of its own: the login that prints hides no other fault. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/free-ports.ts';
import { buildCli, CliHarness, listenFixture } from './cli-run.ts';
import { fixtureStatus } from './fixture-cluster.ts';

const harness = new CliHarness();
let server: Awaited<ReturnType<typeof listenFixture>>;

beforeAll(async () => {
  buildCli();
  server = await listenFixture({
    status: () => {
      const status = fixtureStatus(Date.now());
      const nodes = status.nodes.map((node) =>
        node.node === 'a' ? { ...node, noise: 'Welcome', worker: { fault: 'worker.no-node: there is no Node.js' } } : node,
      );
      return { ...status, nodes: nodes as typeof status.nodes };
    },
  });
  harness.writeCluster(server.port, await freePort());
}, 60_000);
afterAll(async () => {
  await (server as typeof server | undefined)?.close();
  harness.remove();
});

test('a login that prints is named with its fix, and so is a fault of the worker of the same node', async () => {
  const { stdout } = await harness.run('doctor');
  expect(stdout).toMatch(/^! node a +its login prints "Welcome", which is ignored/m);
  expect(stdout).toContain('[ -t 0 ] && echo Welcome');
  expect(stdout).toMatch(/^! node a +.*worker\.no-node/m);
});

test('a daemon that has failed is a fault, with the verb that starts it again', async () => {
  const { stdout } = await harness.run('doctor');
  expect(stdout).toMatch(/^✗ daemon EVENT_ROUTER +failed: its work made no progress/m);
  expect(stdout).toContain('ringmaster daemon reset EVENT_ROUTER');
});
