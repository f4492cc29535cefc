import { RingmasterError } from '../failure/error.ts';
import type { NodeId } from '../ids.ts';
import { serverRoute } from '../node/server-route.ts';
import { clusterKey } from './cluster-key.ts';
import type { RunningCluster } from './cluster.ts';

/** Returns the nodes whose workers reach the server by a tunnel. */
export const tunnelNodes = (running: Pick<RunningCluster, 'config' | 'temporalAddress'>): readonly NodeId[] =>
  running.config.nodes.flatMap((node) => (node.worker === 'resident' && serverRoute(node, running).type === 'tunnel' ? [node.id] : []));

/** Returns the failure of a cluster without a key whose workers need a tunnel. A state folder that was used without a key cannot get one. */
export const tunnelNeedsKey = (nodes: readonly NodeId[], isUsed: boolean): RingmasterError =>
  new RingmasterError('worker.tunnel-key', {
    cannot: `start the worker on ${nodes.join(', ')}`,
    because: `it reaches the Temporal server by a tunnel, which every user of that machine can use, and the cluster requires no key`,
    hint: {
      say: isUsed
        ? `${clusterKey('worker')} none for the node, or a new state folder with ${clusterKey('temporal.requireKey')}: true`
        : `${clusterKey('temporal.requireKey')}: true in the cluster file`,
    },
    fields: { node: nodes[0] ?? '' },
  });
