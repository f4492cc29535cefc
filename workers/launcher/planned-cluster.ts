import { canonicalJson } from '../../src/base/canonical-json.ts';
import { given } from '../../src/base/given.ts';
import type { NamedServer, ServerChoice, ServerQuestion } from '../../src/domain/cluster/choose-server.ts';
import { clusterKey } from '../../src/domain/cluster/cluster-key.ts';
import type { ClusterConfig, RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { openListeners } from '../../src/domain/cluster/http-listeners.ts';
import { leftPlaces } from '../../src/domain/cluster/left-places.ts';
import { settledConfig } from '../../src/domain/cluster/config-changes.ts';
import type { PortUse } from '../temporal-server/check-port.ts';

/**
 * Returns the cluster that cluster.json must contain. The epoch grows with each change of the configuration, and is above `keptEpoch`, the highest number
 * of a kept configuration: cluster.json can be gone while the kept ones are there. When nothing has changed, returns the
 * cluster that cluster.json already contains, so that practice nodes keep the addresses that the launcher found for them.
 */
export function plannedCluster(
  config: ClusterConfig,
  choice: ServerChoice,
  source: string,
  before: RunningCluster | undefined,
  keptEpoch = 0,
): RunningCluster {
  const isEmbedded = choice.server === 'own';
  const { namespace } = choice;
  const why = { temporalBecause: choice.because, ...given({ temporalPassedOver: choice.passedOver }) };
  const planned: Omit<RunningCluster, 'configEpoch'> = {
    config: { ...config, temporal: { ...config.temporal, namespace } },
    temporalAddress: choice.address,
    ...(isEmbedded ? { temporalUi: `http://127.0.0.1:${config.temporal.uiPort}` } : {}),
    temporalEmbedded: isEmbedded,
    ...why,
    source,
  };
  if (before !== undefined && comparable(before) === comparable(planned)) {
    const { temporalPassedOver: _, ...rest } = before;
    return { ...rest, ...why, source };
  }
  const left = leftPlaces(before, config);
  return { ...planned, ...given({ left: left.length === 0 ? undefined : left }), configEpoch: Math.max(before?.configEpoch ?? 0, keptEpoch) + 1 };
}

/** Returns the question of which server the cluster uses. */
export const serverQuestion = (
  config: ClusterConfig,
  named: NamedServer | undefined,
  before: RunningCluster | undefined,
  isPortTaken: boolean,
): ServerQuestion => ({
  file: given({
    server: config.temporal.server,
    address: config.temporal.address,
    namespace: config.temporal.isNamespaceNamed === true ? config.temporal.namespace : undefined,
  }),
  named,
  port: config.temporal.port,
  isPortTaken,
  before:
    before === undefined
      ? undefined
      : {
          embedded: before.temporalEmbedded,
          address: before.temporalAddress,
          port: before.config.temporal.port,
          namespace: before.config.temporal.namespace,
          isChosen: before.temporalBecause !== undefined,
        },
});

/**
 * Returns a text that is equal for two clusters with the same configuration. The text leaves out the epoch, the source and the values that the
 * launcher fills in.
 */
const comparable = (running: Omit<RunningCluster, 'configEpoch'>): string => canonicalJson(comparableConfig(running));

/** Returns the configuration without the values that the launcher fills in. */
export const comparableConfig = ({ config, temporalAddress, temporalEmbedded }: Omit<RunningCluster, 'configEpoch'>): object => ({
  ...settledConfig(config),
  temporalAddress,
  temporalEmbedded,
});

/** Returns the ports that the cluster's processes will listen on. */
export const plannedPorts = (config: ClusterConfig, server: ServerChoice['server']): readonly PortUse[] => [
  ...(server === 'external'
    ? []
    : [
        {
          port: config.temporal.port,
          what: 'the Temporal server',
          change: 'temporal.port',
          instead: `${clusterKey('temporal.server')} external, if that is the Temporal server to use`,
        },
        { port: config.temporal.uiPort, what: 'the Temporal UI', change: 'temporal.uiPort' },
        { port: config.temporal.metricsPort, what: "the Temporal server's metrics", change: 'temporal.metricsPort' },
      ]),
  ...openListeners(config.http).map(({ port, what, key }) => ({ port, host: config.http.host, what, change: `http.${key}` })),
  ...config.nodes.flatMap(({ id, practice }) =>
    practice === undefined ? [] : [{ port: practice.port, what: `the sshd of practice node ${id}`, change: `practice.port of node ${id}` }],
  ),
];
