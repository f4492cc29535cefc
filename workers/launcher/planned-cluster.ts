import { canonicalJson } from '../../src/base/canonical-json.ts';
import type { ClusterConfig, RunningCluster } from '../../src/domain/cluster/cluster.ts';
import type { PortUse } from '../temporal-server/check-port.ts';
import type { FoundServer } from '../temporal-server/find-server.ts';

/**
 * Returns the cluster that cluster.json must contain. The epoch grows with each change of the configuration. When nothing has changed, returns the
 * cluster that cluster.json already contains, so that practice nodes keep the addresses that the launcher found for them.
 */
export function plannedCluster(config: ClusterConfig, found: FoundServer, source: string, before: RunningCluster | undefined): RunningCluster {
  const isEmbedded = found.type === 'embedded';
  const namespace = found.type === 'external' ? (found.namespace ?? config.temporal.namespace) : config.temporal.namespace;
  const planned: Omit<RunningCluster, 'configEpoch'> = {
    config: { ...config, temporal: { ...config.temporal, namespace } },
    temporalAddress: isEmbedded ? `127.0.0.1:${config.temporal.port}` : found.address,
    ...(isEmbedded ? { temporalUi: `http://127.0.0.1:${config.temporal.uiPort}` } : {}),
    temporalEmbedded: isEmbedded,
    source,
  };
  if (before !== undefined && comparable(before) === comparable(planned)) return { ...before, source };
  return { ...planned, configEpoch: (before?.configEpoch ?? 0) + 1 };
}

/**
 * Returns a text that is equal for two clusters with the same configuration. The text leaves out the epoch, the source and the values that the
 * launcher fills in.
 */
function comparable({ config, temporalAddress, temporalEmbedded }: Omit<RunningCluster, 'configEpoch'>): string {
  const nodes = config.nodes.map((node) => (node.practice === undefined ? node : { ...node, connect: 'practice', folder: 'practice' }));
  return canonicalJson({ config: { ...config, nodes }, temporalAddress, temporalEmbedded });
}

/** Returns the ports that the cluster's processes will listen on. */
export const plannedPorts = (config: ClusterConfig, found: FoundServer): readonly PortUse[] => [
  ...(found.type === 'external'
    ? []
    : [
        { port: config.temporal.port, what: 'the Temporal server', change: 'temporal.port' },
        { port: config.temporal.uiPort, what: 'the Temporal UI', change: 'temporal.uiPort' },
        { port: config.temporal.metricsPort, what: "the Temporal server's metrics", change: 'temporal.metricsPort' },
      ]),
  { port: config.http.port, host: config.http.host, what: 'HTTP and the web page', change: 'http.port' },
  ...config.nodes.flatMap(({ id, practice }) =>
    practice === undefined ? [] : [{ port: practice.port, what: `the sshd of practice node ${id}`, change: `practice.port of node ${id}` }],
  ),
];
