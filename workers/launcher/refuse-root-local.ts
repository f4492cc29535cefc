import type { ClusterConfig } from '../../src/domain/cluster/cluster.ts';
import { clusterKey } from '../../src/domain/cluster/cluster-key.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';

/**
 * Refuses to run a cluster with a `local` node as root. The Temporal server listens on loopback, where every user of this machine can start workflows.
 * The jobs of a local node run as the user of the cluster. So with root, every user of this machine could run programs as root. The cluster file can
 * ask for it in words.
 */
export function refuseRootLocal({ cluster, nodes, allowRootLocal = false }: ClusterConfig, uid = process.getuid?.()): void {
  const local = nodes.filter(({ connect }) => connect.type === 'local').map(({ id }) => id);
  if (uid !== 0 || local.length === 0 || allowRootLocal) return;
  throw new RingmasterError('config.root-local', {
    cannot: `run cluster ${cluster} as root`,
    because: `its node ${local.join(', ')} is local: its jobs would run as root, and every user of this machine can start jobs through the Temporal server`,
    hint: {
      say: `running it as another user, a node with ${clusterKey('practice')} or ${clusterKey('ssh')} in place of ${clusterKey('local')}, or ${clusterKey('allowRootLocal')}: true in the cluster file if every user of this machine may be root`,
    },
    fields: { node: local.join(', ') },
  });
}
