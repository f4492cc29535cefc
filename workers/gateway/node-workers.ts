import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureWorker } from '../../activities/gateway/ensure-worker.ts';
import type { Machines } from '../../activities/machines.ts';
import type { WorkerLook } from '../../activities/probe/sweep-nodes.ts';
import { given } from '../../src/base/given.ts';
import type { KeyRing } from '../../src/contract/proof/key-ring.ts';
import type { ClusterIdentity } from '../../src/domain/cluster/cluster-identity.ts';
import type { NodeConfig, RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { tunnelNeedsKey } from '../../src/domain/cluster/tunnel-key.ts';
import type { FailureRecord } from '../../src/domain/failure/record.ts';
import { sentenceOf } from '../../src/domain/failure/sentence.ts';
import { toFailureRecord } from '../../src/domain/failure/to-failure-record.ts';
import { logLimitsDefault } from '../../src/domain/job/log-limits.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { sayServerRoute, type ServerRoute, serverRoute } from '../../src/domain/node/server-route.ts';
import { workerPackages } from './pack-worker.ts';

interface Parts {
  readonly running: RunningCluster;
  readonly owner: ClusterIdentity;
  readonly packageRoot: string;
  readonly keys: KeyRing | undefined;
  readonly machines: Machines;
}

/**
 * Returns what the gateway does for the workers of nodes. `ensure` starts a worker unless it runs. `look` says how the worker reaches the server, and
 * what keeps it from that. The tunnels are kept from now on, so that a worker that already runs finds the server again after a restart of the gateway.
 */
export function nodeWorkers({ running, owner, packageRoot, keys, machines }: Parts): {
  readonly ensure: (node: NodeId) => Promise<{ readonly pid: number; readonly started: boolean }>;
  readonly look: (node: NodeId) => WorkerLook | undefined;
} {
  const { config } = running;
  const { engines } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { readonly engines: { readonly node: string } };
  const packages = workerPackages(packageRoot, statePaths(config.state).workerPackage);
  const failures = new Map<NodeId, FailureRecord>();
  const residents = new Map(
    config.nodes
      .filter(({ worker }) => worker === 'resident')
      .map((node): [NodeId, [NodeConfig, ServerRoute]] => [node.id, [node, serverRoute(node, running)]]),
  );
  const tunnelOf = (node: NodeId, route: ServerRoute | undefined) =>
    route?.type === 'tunnel' && keys !== undefined ? machines.get(node).tunnel?.(route.to) : undefined;
  for (const [node, [, route]] of residents) tunnelOf(node, route);

  return {
    ensure: async (id) => {
      const [node, route] = residents.get(id) ?? [];
      try {
        const done = await ensureWorker(machines.get(id), {
          owner,
          route: route ?? { type: 'here', address: running.temporalAddress },
          isServerOwn: running.temporalEmbedded,
          namespace: config.temporal.namespace,
          watchIntervalMs: config.watchIntervalMs,
          logs: config.logs ?? logLimitsDefault,
          packageRoot,
          nodeRange: engines.node,
          packages,
          ...given({ keys, nodeProgram: node?.nodeProgram }),
        });
        failures.delete(id);
        return done;
      } catch (error) {
        failures.set(id, toFailureRecord(error));
        throw error;
      }
    },
    look: (id) => {
      const [, route] = residents.get(id) ?? [];
      if (route === undefined) return undefined;
      const { port, failure: tunnelFailure } = tunnelOf(id, route)?.state() ?? {};
      const keyless = route.type === 'tunnel' && keys === undefined ? toFailureRecord(tunnelNeedsKey([id], true)) : undefined;
      const blocked = keyless ?? tunnelFailure;
      const failure = blocked ?? failures.get(id);
      return {
        server: sayServerRoute(route, port),
        ...(blocked === undefined ? {} : { isCutOff: true }),
        ...given({ fault: failure === undefined ? undefined : `${failure.code}: ${sentenceOf(failure)}` }),
      };
    },
  };
}
