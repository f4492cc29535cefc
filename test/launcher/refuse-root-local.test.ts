/** Root does not run a cluster with a local node, unless the cluster file asks for it in words. */
import { expect, it } from 'vitest';
import { parseCluster } from '../../src/config/load-cluster.ts';
import type { ClusterConfig } from '../../src/domain/cluster/cluster.ts';
import type { RingmasterError } from '../../src/domain/failure/error.ts';
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

it('each fix that the sentence gives works in the cluster file', () => {
  const file = 'cluster: lab\nstate: /lab/state\nnodes:\n  - { id: here, local: true }\n';
  const tryAs = (uid: number, text: string): string => {
    try {
      refuseRootLocal(parseCluster(text, '/lab/cluster.yaml'), uid);
      return 'not refused';
    } catch (error) {
      const { code, hint } = error as RingmasterError;
      expect(code).toBe('config.root-local');
      return hint?.say ?? '';
    }
  };
  const says = /^running it as another user, a node with `(\w+)` or `(\w+)` in place of `(\w+)`, or `(\w+)`: (\w+) in the cluster file if every user/;
  const [, practice, ssh, local, key, value] = says.exec(tryAs(0, file)) ?? [];
  const node = (text: string): string => file.replace(`${local}: true`, text);
  const fixed = [node(`${practice}: { port: 22101 }`), node(`${ssh}: { host: far }`), `${key}: ${value}\n${file}`].map((text) => tryAs(0, text));
  expect([tryAs(1_000, file), ...fixed]).toEqual(Array.from({ length: 4 }, () => 'not refused'));
});
