/**
 * The gateway runs node activities over SSH: always for a node without a worker of its own, and for any other node while its worker is away. It also
 * runs the sweep and everything that needs both home and a node.
 */
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { createGatewayActivities } from '../../activities/gateway/index.ts';
import { homeOf } from '../../activities/gateway/home.ts';
import { machinesOf } from '../../activities/machines.ts';
import { createNodeActivities } from '../../activities/node/index.ts';
import { createProbeActivities } from '../../activities/probe/index.ts';
import { withFailures } from '../../activities/with-failures.ts';
import { ensureIdentity } from '../../src/config/cluster-identity.ts';
import { requireRunningCluster } from '../../src/config/running-cluster.ts';
import { gatewayProbeQueue, gatewayQueue } from '../../src/contract/queue.ts';
import { secretsOf } from '../../src/domain/cluster/secrets-of.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { acceptedPlace, placeKey } from '../../src/domain/node/place.ts';
import { logLimitsDefault } from '../../src/domain/job/log-limits.ts';
import { keyRingOf } from '../../src/service/temporal/read-key.ts';
import { readSwept, writeSwept } from '../../src/storage/node/swept-file.ts';
import { takeSecretVariables } from '../../src/transport/read-secret.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { startBeating } from '../../src/process/beat-file.ts';
import { shareProcessMetrics } from '../../src/telemetry/process-metrics.ts';
import { keepRunningWithoutLogs } from '../../src/system/keep-running-without-logs.ts';
import { requireArguments } from '../arguments.ts';
import { connectWorker, openClient } from '../connect-worker.ts';
import { workerLimits } from '../limits.ts';
import { progressReporter } from '../report-progress.ts';
import { runWorkers } from '../run-workers.ts';
import { activityWorkerOptions, installRuntime } from '../worker-options.ts';
import { endLeftovers } from './end-leftovers.ts';
import { isResidentAlive } from './is-resident-alive.ts';
import { errorText } from '../../src/domain/failure/error.ts';
import { openLogDoor } from './log-door.ts';
import { readHomeReach } from '../../src/transport/read-home-reach.ts';
import { nodeWorkers } from './node-workers.ts';
import { hideInLogs, logOf, openLogs } from '../../src/telemetry/log.ts';

keepRunningWithoutLogs();
const { state } = requireArguments(['state']);
openLogs(state, 'gateway');
const log = logOf('gateway');
startBeating(state, 'gateway');
shareProcessMetrics(state, 'gateway');
installRuntime();
const running = requireRunningCluster(state);
const { config } = running;
const { nodes, watchIntervalMs, logs = logLimitsDefault } = config;
const owner = ensureIdentity(state, config.cluster);
const { namespace } = config.temporal;
const secrets = secretsOf(config);
const variables = takeSecretVariables(secrets);
hideInLogs(secrets.map((ref) => ('fromEnv' in ref ? variables[ref.fromEnv] : undefined)));
const sender = { cluster: config.cluster, channels: config.alertChannels ?? [], variables };
const ended = await endLeftovers(state, owner);
if (ended > 0) log.info({ transfers: ended }, 'ended transfers of a gateway that was killed');
// The places that the last sweep accepted hold until this process sweeps.
const places = new Map(
  readSwept(state)?.views.flatMap((view) => {
    const place = acceptedPlace(view);
    return place === undefined ? [] : [[view.node, placeKey(place)] as const];
  }),
);
const machines = machinesOf(
  nodes.map(({ id, folder, connect, limits = {} }) => openMachine({ node: id, owner, folder, logs, connect, limits, place: () => places.get(id) })),
);
const packageRoot = join(import.meta.dirname, '../../..');
const keys = keyRingOf(running);
const worker = nodeWorkers({ running, owner, packageRoot, keys, machines });
const connection = await connectWorker(running);
const client = openClient(running, namespace, keys);
const idleCommandOf = (node: NodeId): readonly string[] | undefined => config.nodes.find(({ id }) => id === node)?.idle?.command;
const activities = {
  ...createNodeActivities({ machines, watchIntervalMs, reportProgress: progressReporter(client, 'gateway') }),
  ...createGatewayActivities({ machines, home: homeOf(config, variables), ensureWorker: worker.ensure, idleCommandOf, sender }),
};
const stopping = new AbortController();
const probes = createProbeActivities({
  machines,
  nodes,
  limits: config.nodeLimits,
  intervalMs: config.sweepIntervalMs,
  isResidentAlive: isResidentAlive(client),
  workerOf: worker.look,
  onNeedless: worker.end,
  homeReach: readHomeReach,
  stopping: stopping.signal,
  accept: (node, key) => void places.set(node, key),
  file: { read: () => readSwept(state), write: (swept) => writeSwept(state, swept) },
});
const place = { connection, namespace, keys };
// Without the door no log can be read from here. The work of the nodes goes on.
const logDoor = await openLogDoor(state, machines).catch((error: unknown) => {
  log.error(`cannot open the door for logs: ${errorText(error)}`);
  return { close: async () => undefined };
});
await runWorkers({
  workers: [
    await Worker.create(activityWorkerOptions(place, gatewayQueue, withFailures(activities), workerLimits.gatewaySlots)),
    await Worker.create(activityWorkerOptions(place, gatewayProbeQueue, withFailures(probes), workerLimits.gatewayProbeSlots)),
  ],
  ready: { state, name: 'gateway' },
  onStop: () => stopping.abort(),
  closers: [
    () => logDoor.close(),
    () => connection.close(),
    () => client.connection.close(),
    async () => void (await Promise.all(machines.all().map((machine) => machine.close()))),
  ],
});
