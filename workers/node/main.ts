/**
 * A node's own worker runs node activities on its machine, from queue `node:<id>`. It opens connections and accepts none. It knows only its node and
 * the address of the server. Each call contains everything else that the worker needs. The gateway starts the worker over SSH, in the node's folder.
 */
import { readFileSync } from 'node:fs';
import { Worker } from '@temporalio/worker';
import { createNodeActivities } from '../../activities/node/index.ts';
import { machinesOf } from '../../activities/machines.ts';
import { withFailures } from '../../activities/with-failures.ts';
import type { ResidentActivities } from '../../src/contract/activity/by-queue.ts';
import { readNodeKeys } from '../../src/contract/proof/key-ring.ts';
import { nodeProbeQueue, nodeQueue } from '../../src/contract/queue.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { keepRunningWithoutLogs } from '../../src/system/keep-running-without-logs.ts';
import { openLocalMachine } from '../../src/transport/open-local-machine.ts';
import { requireArguments } from '../arguments.ts';
import { connectWorker, openClient } from '../connect-worker.ts';
import { workerLimits } from '../limits.ts';
import { progressReporter } from '../report-progress.ts';
import { startServerRelay } from './server-relay.ts';
import { startWorkerBeat } from './worker-beat.ts';
import { runWorkers } from '../run-workers.ts';
import { activityWorkerOptions, installRuntime } from '../worker-options.ts';

keepRunningWithoutLogs();
const args = requireArguments(['node', 'cluster-id', 'cluster', 'cluster-says', 'temporal', 'server', 'namespace', 'watch-ms', 'logs']);
const node = args.node as NodeId;
const { namespace } = args;
installRuntime();
// The gateway passes the server's address and whose server it is. For an external server, the credentials come from the TEMPORAL_* variables of this
// machine. They mean nothing to the own server.
// The word `tunnel` in place of an address: the server is at home, and the gateway keeps a tunnel to it.
const relay = args.temporal === 'tunnel' ? await startServerRelay() : undefined;
const server = { temporalAddress: relay?.address ?? args.temporal, temporalEmbedded: args.server === 'own' };
const owner = { id: args['cluster-id'], name: args.cluster, says: args['cluster-says'], isUpgraded: false };
const [stdoutBytesMax = 0, stderrBytesMax = 0, homeBytesMax = 0] = args.logs.split(',').map(Number);
const logs = { stdoutBytesMax, stderrBytesMax, homeBytesMax };
// The gateway sends the keys of this node on standard input, so that they are in no process list and in no file.
const keys = readNodeKeys(readFileSync(0, 'utf8'));
const beat = startWorkerBeat();
const machine = openLocalMachine({ node, owner, folder: process.cwd(), logs });
const connection = await connectWorker(server);
const client = openClient(server, namespace, keys);
const activities = createNodeActivities({
  machines: machinesOf([machine]),
  watchIntervalMs: Number(args['watch-ms']),
  reportProgress: progressReporter(client, node),
});
const probes: ResidentActivities = { answer: async () => Date.now() };
const place = { connection, namespace, keys };
const workers = [
  await Worker.create(activityWorkerOptions(place, nodeQueue(node), withFailures(activities), workerLimits.nodeSlots)),
  await Worker.create(activityWorkerOptions(place, nodeProbeQueue(node), withFailures(probes), workerLimits.nodeProbeSlots)),
];
beat.ready();
await runWorkers({
  workers,
  closers: [beat.stop, () => relay?.close(), () => connection.close(), () => client.connection.close(), () => machine.close()],
});
