/** The ledger: the only writer of the SQLite files. One process, statements short. */
import { Worker } from '@temporalio/worker';
import { createGameWork } from '../../activities/ledger/games/game-work.ts';
import { createLedgerActivities } from '../../activities/ledger/index.ts';
import { withHeartbeat } from '../../activities/beating.ts';
import { withFailures } from '../../activities/with-failures.ts';
import { requireRunningCluster } from '../../src/config/running-cluster.ts';
import { ledgerQueue } from '../../src/contract/queue.ts';
import { openLedgers } from '../../src/storage/ledgers.ts';
import { openSelfPlayItems } from '../../src/storage/self-play-items.ts';
import { requireArguments } from '../arguments.ts';
import { runWorkers } from '../run-workers.ts';
import { connectWorker, openClient } from '../server-connection.ts';
import { activityWorkerOptions, installRuntime } from '../worker-options.ts';

const slots = 16;
const { state } = requireArguments(['state']);
installRuntime();
const running = requireRunningCluster(state);
const { config } = running;
const namespace = config.temporal.namespace;
const ledgers = openLedgers(state);
const items = openSelfPlayItems(ledgers.paths.queue);
const gameWork = createGameWork({ stateFolder: state, blobs: ledgers.paths.blobs, games: ledgers.games, items, now: Date.now });
const connection = await connectWorker(running);
const client = openClient(running, namespace);

/** Unknown to the server is not closed: it may be about to be started. */
async function isClosed(workflowId: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name !== 'RUNNING';
  } catch (error) {
    if (error instanceof Error && error.name === 'WorkflowNotFoundError') return false;
    throw error;
  }
}

const ledgerActivities = createLedgerActivities({ ledgers, gameWork, now: Date.now, isClosed });
const activities = withFailures({
  ...ledgerActivities,
  consolidate: withHeartbeat(ledgerActivities.consolidate),
  gamesAway: withHeartbeat(ledgerActivities.gamesAway),
  replayGames: withHeartbeat(ledgerActivities.replayGames),
  exportTrainingSet: withHeartbeat(ledgerActivities.exportTrainingSet),
});
await runWorkers({
  workers: [await Worker.create(activityWorkerOptions(connection, namespace, ledgerQueue, activities, slots))],
  ready: { state, name: 'ledger' },
  closers: [() => ledgers.close(), () => items.close(), () => connection.close(), () => client.connection.close()],
});
