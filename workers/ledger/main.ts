/** The ledger: the only writer of the SQLite files. One process, statements short; what is long is in a thread of it. */
import { Worker } from '@temporalio/worker';
import { createLedgerActivities } from '../../activities/ledger/index.ts';
import { withFailures } from '../../activities/with-failures.ts';
import { requireRunningCluster } from '../../src/config/running-cluster.ts';
import { ledgerQueue } from '../../src/contract/queue.ts';
import { openLedgers } from '../../src/storage/ledger/ledgers.ts';
import { requireArguments } from '../arguments.ts';
import { runWorkers } from '../run-workers.ts';
import { connectWorker, openClient } from '../server-connection.ts';
import { activityWorkerOptions, installRuntime } from '../worker-options.ts';
import { openGameThread } from './game-thread.ts';
import { workflowsOf } from './temporal-client.ts';
import { withHeartbeats } from './with-heartbeats.ts';

const slots = 16;
const { state } = requireArguments(['state']);
installRuntime();
const running = requireRunningCluster(state);
const { config } = running;
const namespace = config.temporal.namespace;
const ledgers = openLedgers(state);
const gameThread = openGameThread(state);
const connection = await connectWorker(running);
const client = openClient(running, namespace);

const activities = createLedgerActivities({ ledgers, gameWork: gameThread.work, now: Date.now, workflows: workflowsOf(client) });
await runWorkers({
  workers: [await Worker.create(activityWorkerOptions(connection, namespace, ledgerQueue, withFailures(withHeartbeats(activities)), slots))],
  ready: { state, name: 'ledger' },
  closers: [() => ledgers.close(), () => gameThread.close(), () => connection.close(), () => client.connection.close()],
});
