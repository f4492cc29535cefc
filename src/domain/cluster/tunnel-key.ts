import { RingmasterError } from '../failure/error.ts';
import type { NodeId } from '../ids.ts';
import { serverRoute } from '../node/server-route.ts';
import { clusterKey } from './cluster-key.ts';
import type { RunningCluster } from './cluster.ts';

/** Returns the nodes whose workers reach the server by a tunnel. */
export const tunnelNodes = (running: Pick<RunningCluster, 'config' | 'temporalAddress'>): readonly NodeId[] =>
  running.config.nodes.flatMap((node) => (node.worker === 'resident' && serverRoute(node, running).type === 'tunnel' ? [node.id] : []));

const requireKey = `${clusterKey('temporal.requireKey')}: true in the cluster file`;
const otherState = `${clusterKey('worker')} none for the node, or a new state folder with ${clusterKey('temporal.requireKey')}: true`;

/**
 * Returns the failure of a cluster without a key whose workers need a tunnel. `server` is the address of the server on this machine. A state folder that
 * was used without a key cannot get one. An entry with `ssh` can be this machine (`ssh: localhost`), which needs no tunnel.
 */
export const tunnelNeedsKey = (nodes: readonly NodeId[], server: string, isUsed: boolean): RingmasterError =>
  new RingmasterError('worker.tunnel-key', {
    cannot: `start the worker on ${nodes.join(', ')}`,
    because: `it reaches the Temporal server by a tunnel, which every user of that machine can use, and the cluster requires no key`,
    hint: {
      say: `${isUsed ? otherState : requireKey}, or, if the node is this machine, ${clusterKey('reachableAs')}: ${server} for the node`,
    },
    fields: { node: nodes[0] ?? '' },
  });
