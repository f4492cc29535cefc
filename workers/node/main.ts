/**
 * A node's own worker: node activities on this machine, from queue `node:<id>`. It only dials out. It knows nothing but its node and the
 * server's address; everything else comes with each call. Started by the gateway over SSH, in the node's folder.
 */
import { Worker } from '@temporalio/worker';
import { createNodeActivities } from '../../activities/node/index.ts';
import { machinesOf } from '../../activities/machines.ts';
import { withFailures } from '../../activities/with-failures.ts';
import type { ResidentActivities } from '../../src/contract/activity/by-queue.ts';
import { nodeProbeQueue, nodeQueue } from '../../src/contract/queue.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { progressReporter } from '../report-progress.ts';
import { requireArguments } from '../arguments.ts';
import { runWorkers } from '../run-workers.ts';
import { connectWorker, openClient } from '../server-connection.ts';
import { activityWorkerOptions, installRuntime } from '../worker-options.ts';

const slots = 64;
const args = requireArguments(['node', 'cluster', 'temporal', 'namespace', 'watch-ms']);
const node = args.node as NodeId;
installRuntime();
// A node's own worker has no profile of ours: it is told the address; a server that wants more is reached with TEMPORAL_* of its environment.
const server = { temporalAddress: args.temporal, temporalEmbedded: process.env['TEMPORAL_ADDRESS'] === undefined };
const machine = openMachine({ node, cluster: args.cluster, folder: process.cwd(), connect: { type: 'local' } });
const connection = await connectWorker(server);
const client = openClient(server, args.namespace);
const activities = withFailures(
  createNodeActivities({
    machines: machinesOf([machine]),
    watchIntervalMs: Number(args['watch-ms']),
    reportProgress: progressReporter(client, args.node),
  }),
);
const worker = await Worker.create(activityWorkerOptions(connection, args.namespace, nodeQueue(node), activities, slots));
const answers: ResidentActivities = { answer: async () => Date.now() };
const probe = await Worker.create(activityWorkerOptions(connection, args.namespace, nodeProbeQueue(node), answers, 2));
await runWorkers({ workers: [worker, probe], closers: [() => connection.close(), () => client.connection.close(), () => machine.close()] });
