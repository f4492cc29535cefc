/** Doctor names each fault of a node on a line of its own: the login that prints hides no other fault. */
import { expect, test } from 'vitest';
import { fixtureStatus } from './fixture-cluster.ts';
import { withFixture } from './with-fixture.ts';

const harness = withFixture({
  status: () => {
    const status = fixtureStatus(Date.now());
    const nodes = status.nodes.map((node) =>
      node.node === 'b'
        ? { ...node, fix: 'giving its user a login shell: ssh b echo ok' }
        : node.node === 'a'
          ? { ...node, noise: 'Welcome', worker: { fault: 'worker.no-node: there is no Node.js' } }
          : node,
    );
    return { ...status, nodes: nodes as typeof status.nodes };
  },
});

test('a login that prints is named with its fix, and so is a fault of the worker of the same node', async () => {
  const { stdout } = await harness.run('doctor');
  expect(stdout).toMatch(/^! node a +its login prints "Welcome", which is ignored/m);
  expect(stdout).toContain('[ -t 0 ] && echo Welcome');
  expect(stdout).toMatch(/^! node a +.*worker\.no-node/m);
});

test('a node that does not respond has the fix of its last look, and no command that leads back to doctor', async () => {
  const { stdout } = await harness.run('doctor');
  expect(stdout).toMatch(/^✗ node b +suspect: no answer .*\n +fix: giving its user a login shell: ssh b echo ok$/m);
  expect(stdout).not.toContain('ringmaster explain b');
});

test('a daemon that has failed is a fault, with the verb that starts it again', async () => {
  const { stdout } = await harness.run('doctor');
  expect(stdout).toMatch(/^✗ daemon EVENT_ROUTER +failed: its work made no progress/m);
  expect(stdout).toContain('ringmaster daemon reset EVENT_ROUTER');
});
