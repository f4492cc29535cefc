import { given } from '../../base/given.ts';
import type { ClusterIdentity } from '../cluster/cluster-identity.ts';
import type { NodeConfig, RunningCluster } from '../cluster/cluster.ts';
import type { NodeId } from '../ids.ts';
import { logLimitsDefault } from '../job/log-limits.ts';
import { serverRoute } from './server-route.ts';

/** The part of a worker's process that the cluster file decides. A worker that was started with another form is replaced. */
export interface WorkerForm {
  /** The options of its command line. The port of a tunnel is not among them, because the worker reads it for each connection. */
  readonly options: Readonly<Record<string, string>>;
  readonly nodeProgram?: string;
}

export function workerForm(node: NodeConfig, running: RunningCluster, owner: ClusterIdentity): WorkerForm {
  const { config, temporalEmbedded } = running;
  const { stdoutBytesMax, stderrBytesMax, homeBytesMax } = config.logs ?? logLimitsDefault;
  const route = serverRoute(node, running);
  const options = {
    node: node.id,
    'cluster-id': owner.id,
    cluster: owner.name,
    'cluster-says': owner.says,
    temporal: route.type === 'tunnel' ? 'tunnel' : route.address,
    server: temporalEmbedded ? 'own' : 'external',
    namespace: config.temporal.namespace,
    'watch-ms': String(config.watchIntervalMs),
    logs: [stdoutBytesMax, stderrBytesMax, homeBytesMax].join(','),
  };
  return { options, ...given({ nodeProgram: node.nodeProgram }) };
}

/** Returns the nodes whose workers are replaced when a cluster gets another configuration. */
export function replacedWorkers(before: RunningCluster, after: RunningCluster, owner: ClusterIdentity): readonly NodeId[] {
  const text = (node: NodeConfig, running: RunningCluster): string => {
    const { options, nodeProgram } = workerForm(node, running, owner);
    return JSON.stringify([options, nodeProgram]);
  };
  return after.config.nodes.flatMap((node) => {
    const old = before.config.nodes.find(({ id }) => id === node.id);
    const isReplaced = old?.worker === 'resident' && node.worker === 'resident' && text(old, before) !== text(node, after);
    return isReplaced ? [node.id] : [];
  });
}
