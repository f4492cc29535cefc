import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { endWorker, ensureWorker, type EnsuredWorker } from '../../activities/gateway/ensure-worker.ts';
import type { Machines } from '../../activities/machines.ts';
import type { WorkerLook, WorkerSeen } from '../../activities/probe/sweep-nodes.ts';
import { canonicalJson } from '../../src/base/canonical-json.ts';
import { given } from '../../src/base/given.ts';
import type { KeyRing } from '../../src/contract/proof/key-ring.ts';
import type { ClusterIdentity } from '../../src/domain/cluster/cluster-identity.ts';
import type { NodeConfig, RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { tunnelNeedsKey } from '../../src/domain/cluster/tunnel-key.ts';
import { errorText } from '../../src/domain/failure/error.ts';
import type { FailureRecord } from '../../src/domain/failure/record.ts';
import { sentenceOf } from '../../src/domain/failure/sentence.ts';
import { toFailureRecord } from '../../src/domain/failure/to-failure-record.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { sayServerRoute, type ServerRoute, serverRoute } from '../../src/domain/node/server-route.ts';
import { sayWorkerEnd } from '../../src/domain/node/worker-end.ts';
import { workerForm } from '../../src/domain/node/worker-form.ts';
import { spoolEvent } from '../../src/storage/event/event-spool.ts';
import { workerPackages } from './pack-worker.ts';
import { logOf } from '../../src/telemetry/log.ts';

interface Parts {
  readonly running: RunningCluster;
  readonly owner: ClusterIdentity;
  readonly packageRoot: string;
  readonly keys: KeyRing | undefined;
  readonly machines: Machines;
}

interface Resident {
  readonly node: NodeConfig;
  readonly route: ServerRoute;
  readonly options: Readonly<Record<string, string>>;
  readonly form: string;
  /** Why the newest start failed. */
  failure?: FailureRecord;
  /** How the newest worker ended that ended by itself. */
  ended?: string;
}

/**
 * Returns what the gateway does for the workers of nodes. `ensure` starts a worker unless it runs, and replaces a worker that was started for another
 * cluster file or by another release. `look` says how the worker reaches the server, and what keeps it from that. `end` ends a worker that the cluster
 * file does not want. The tunnels are kept from now on, so that a worker that already runs finds the server again after a restart of the gateway.
 */
export function nodeWorkers({ running, owner, packageRoot, keys, machines }: Parts): {
  readonly ensure: (node: NodeId) => Promise<{ readonly pid: number; readonly started: boolean }>;
  readonly look: (node: NodeId, seen: WorkerSeen) => WorkerLook;
  readonly end: (node: NodeId) => void;
} {
  const { config } = running;
  const { engines } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { readonly engines: { readonly node: string } };
  const packages = workerPackages(packageRoot, statePaths(config.state).workerPackage);
  const release = releaseOf(packageRoot);
  const residents = new Map(
    config.nodes
      .filter(({ worker }) => worker === 'resident')
      .map((node): [NodeId, Resident] => {
        const { options } = workerForm(node, running, owner);
        return [node.id, { node, route: serverRoute(node, running), options, form: formOf(node, running, owner, release) }];
      }),
  );
  const tunnelOf = (node: NodeId, route: ServerRoute) =>
    route.type === 'tunnel' && keys !== undefined ? machines.get(node).tunnel?.(route.to) : undefined;
  for (const [node, { route }] of residents) tunnelOf(node, route);
  const ending = new Set<NodeId>();

  return {
    ensure: async (id) => {
      const resident = residents.get(id);
      // The workflow of a node that no longer has a worker can still ask for a start.
      if (resident === undefined) return { pid: 0, started: false };
      const { node, route, options, form } = resident;
      try {
        const { pid, how } = await ensureWorker(machines.get(id), {
          clusterId: owner.id,
          route,
          options,
          form,
          isServerOwn: running.temporalEmbedded,
          packageRoot,
          nodeRange: engines.node,
          packages,
          ...given({ keys, nodeProgram: node.nodeProgram }),
        });
        delete resident.failure;
        if (how !== 'runs') {
          const because = how === 'started' && resident.ended !== undefined ? `the worker before ended: ${resident.ended}` : why[how];
          spoolEvent(config.state, 'NODE_WORKER_STARTED', { node: id, pid, because }, { atMs: Date.now(), actor: 'gateway' });
          delete resident.ended;
        }
        return { pid, started: how !== 'runs' };
      } catch (error) {
        resident.failure = toFailureRecord(error);
        throw error;
      }
    },
    look: (id, { workerAlive, workerForm: form, workerEnd }) => {
      const resident = residents.get(id);
      if (resident === undefined) return { isUsable: false };
      const { route } = resident;
      const { port, isOpening, failure: tunnelFailure } = tunnelOf(id, route)?.state() ?? {};
      const keyless =
        route.type === 'tunnel' && keys === undefined ? toFailureRecord(tunnelNeedsKey([id], running.temporalAddress, true)) : undefined;
      const failure = keyless ?? tunnelFailure ?? resident.failure;
      // A tunnel that is full still carries the connections of the worker.
      const isBlocked = keyless !== undefined || (tunnelFailure !== undefined && port === undefined);
      const isOld = workerAlive && form !== resident.form;
      const isReached = route.type !== 'tunnel' || port !== undefined || isOpening === true;
      const isUsable = workerAlive && !isOld && isReached && !isBlocked;
      if (workerEnd !== undefined) resident.ended = sayWorkerEnd(workerEnd.status, workerEnd.log);
      return {
        isUsable,
        worker: {
          server: sayServerRoute(route, port),
          ...given({
            fault: isUsable || failure === undefined ? undefined : `${failure.code}: ${sentenceOf(failure)}`,
            isOld: isOld ? true : undefined,
            ended: workerEnd === undefined ? undefined : { pid: workerEnd.pid, atMs: Date.now(), how: resident.ended ?? '' },
          }),
        },
      };
    },
    end: (id) => {
      if (ending.has(id)) return;
      ending.add(id);
      // Each look at the node asks again until the worker has ended.
      endWorker(machines.get(id), owner.id)
        .catch((error: unknown) => logOf('gateway').error({ node: id }, `cannot end the worker of the node: ${errorText(error)}`))
        .finally(() => ending.delete(id));
    },
  };
}

const why: Readonly<Record<Exclude<EnsuredWorker['how'], 'runs'>, string>> = {
  started: 'none ran',
  silent: 'the worker before hung',
  changed: 'the worker before was started for an earlier cluster file or by another release',
};

/** Identifies the program of the workers. */
export const releaseOf = (packageRoot: string): string => digestOf(readFileSync(join(packageRoot, 'dist/node-worker/worker.mjs')));

/** Identifies the worker that a node is to have: its options and its program. */
export const formOf = (node: NodeConfig, running: RunningCluster, owner: ClusterIdentity, release: string): string =>
  digestOf(canonicalJson({ ...workerForm(node, running, owner), release }));

const digestOf = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16);
