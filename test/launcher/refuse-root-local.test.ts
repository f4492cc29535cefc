/** Root does not run a cluster with a local node, unless the cluster file asks for it in words. */
import { expect, it } from 'vitest';
import type { ClusterConfig } from '../../src/domain/cluster/cluster.ts';
import { refuseRootLocal } from '../../workers/launcher/refuse-root-local.ts';

const config = (more: object): ClusterConfig =>
  ({
    cluster: 'c',
    nodes: [
      { id: 'here', connect: { type: 'local' } },
      { id: 'far', connect: { type: 'ssh', host: 'far' } },
    ],
    ...more,
  }) as unknown as ClusterConfig;

it('root is refused with a code, the reason and what to try', () => {
  expect(() => refuseRootLocal(config({}), 0)).toThrow(
    expect.objectContaining({ code: 'config.root-local', message: expect.stringMatching(/here is local.*every user of this machine/s) }),
  );
});
it('another user, the words in the file, and a cluster without a local node are not refused', () => {
  refuseRootLocal(config({}), 1000);
  refuseRootLocal(config({ allowRootLocal: true }), 0);
  expect(() => refuseRootLocal(config({ nodes: [] }), 0)).not.toThrow();
});
