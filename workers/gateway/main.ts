/**
 * The gateway: node activities for every node over SSH (agentless nodes always, resident ones when their worker is away), everything that needs
 * both home and a node, and the sweep. The sweep has a queue and slots of its own, so that a busy gateway is never mistaken for dead nodes.
 */
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { createGatewayActivities } from '../../activities/gateway/index.ts';
import { ensureWorker } from '../../activities/gateway/ensure-worker.ts';
import { homeOf } from '../../activities/gateway/home.ts';
import { machinesOf } from '../../activities/machines.ts';
import { createNodeActivities } from '../../activities/node/index.ts';
import { createProbeActivities } from '../../activities/probe/index.ts';
import { withFailures } from '../../activities/with-failures.ts';
import { requireRunningCluster } from '../../src/config/running-cluster.ts';
import { gatewayProbeQueue, gatewayQueue } from '../../src/contract/queue.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { progressReporter } from '../report-progress.ts';
import { requireArguments } from '../arguments.ts';
import { runWorkers } from '../run-workers.ts';
import { connectWorker, openClient } from '../server-connection.ts';
import { activityWorkerOptions, installRuntime } from '../worker-options.ts';
import { endLeftovers } from './end-leftovers.ts';
import { packWorker } from './pack-worker.ts';
import { residentAnswers } from './is-resident-alive.ts';

const slots = 400;
const { state } = requireArguments(['state']);
installRuntime();
const running = requireRunningCluster(state);
const { config, temporalAddress } = running;
const namespace = config.temporal.namespace;
const ended = await endLeftovers(state, config.cluster);
if (ended > 0) console.log(`ended ${ended} transfers of a gateway that was killed`);
const machines = machinesOf(
  config.nodes.map(({ id, folder, connect: how }) => openMachine({ node: id, cluster: config.cluster, folder, connect: how })),
);
const packageRoot = join(import.meta.dirname, '../../..');
const place = {
  cluster: config.cluster,
  temporalAddress,
  namespace,
  watchIntervalMs: config.watchIntervalMs,
  packageRoot,
  pack: () => packWorker(packageRoot, statePaths(state).workerPackage),
};
const connection = await connectWorker(running);
const client = openClient(running, namespace);
const activities = {
  ...createNodeActivities({ machines, watchIntervalMs: config.watchIntervalMs, reportProgress: progressReporter(client, 'gateway') }),
  ...createGatewayActivities({ machines, home: homeOf(config), ensureWorker: (node) => ensureWorker(machines.get(node), place) }),
};
const probes = createProbeActivities({
  machines,
  nodes: config.nodes,
  limits: config.nodeLimits,
  intervalMs: config.sweepIntervalMs,
  isResidentAlive: residentAnswers(client),
});
await runWorkers({
  workers: [
    await Worker.create(activityWorkerOptions(connection, namespace, gatewayQueue, withFailures(activities), slots)),
    await Worker.create(activityWorkerOptions(connection, namespace, gatewayProbeQueue, withFailures(probes), 4)),
  ],
  ready: { state, name: 'gateway' },
  closers: [
    () => connection.close(),
    () => client.connection.close(),
    async () => void (await Promise.all(machines.all().map((machine) => machine.close()))),
  ],
});
