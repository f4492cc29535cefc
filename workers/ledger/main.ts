/**
 * The ledger is the only writer of the SQLite files. Its statements are short and run in one thread. Long work runs in another thread of the same
 * process.
 */
import { Worker } from '@temporalio/worker';
import { given } from '../../src/base/given.ts';
import { createLedgerActivities } from '../../activities/ledger/index.ts';
import { withFailures } from '../../activities/with-failures.ts';
import { requireRunningCluster } from '../../src/config/running-cluster.ts';
import { ledgerQueue } from '../../src/contract/queue.ts';
import { eventRetentionOf } from '../../src/domain/event/retention.ts';
import { powerOf } from '../../src/domain/item/unplaced.ts';
import { subscriptions } from '../../src/domain/event/subscriptions.ts';
import { backupsOf } from '../../src/domain/ledger/backup.ts';
import { keyRingOf } from '../../src/service/temporal/read-key.ts';
import { refuseMissingLedger } from '../../src/storage/backup/refuse-missing-ledger.ts';
import { refuseUnfinishedRestore } from '../../src/storage/backup/restoring.ts';
import { EventLogDoor } from '../../src/storage/event/event-log-door.ts';
import { readSwept } from '../../src/storage/node/swept-file.ts';
import { openLedgers } from '../../src/storage/ledger/ledgers.ts';
import { startBeating } from '../../src/process/beat-file.ts';
import { shareProcessMetrics } from '../../src/telemetry/process-metrics.ts';
import { keepRunningWithoutLogs } from '../../src/system/keep-running-without-logs.ts';
import { requireArguments } from '../arguments.ts';
import { connectWorker, openClient } from '../connect-worker.ts';
import { workerLimits } from '../limits.ts';
import { runWorkers } from '../run-workers.ts';
import { activityWorkerOptions, installRuntime } from '../worker-options.ts';
import { startBackupDuty } from './backup-duty.ts';
import { startEventDuty } from './event-duty.ts';
import { openCountThread } from './count-thread.ts';
import { openDuties } from './open-duties.ts';
import { openGameThread } from './game-thread.ts';
import { readRetention } from './read-retention.ts';
import { openTidyThread } from './tidy-thread.ts';
import { workflowsOf } from './temporal-client.ts';
import { withHeartbeats } from './with-heartbeats.ts';
import { logEvents } from './log-events.ts';
import { openLogs } from '../../src/telemetry/log.ts';

keepRunningWithoutLogs();
const { state } = requireArguments(['state']);
openLogs(state, 'ledger');
startBeating(state, 'ledger');
shareProcessMetrics(state, 'ledger');
installRuntime();
const running = requireRunningCluster(state);
const { namespace } = running.config.temporal;
refuseUnfinishedRestore(state);
refuseMissingLedger(state);
const ledgers = openLedgers(state);
const gameThread = openGameThread(state);
const tidyThread = openTidyThread(state);
const countThread = openCountThread(state);
const endBackups = startBackupDuty(state, backupsOf(running.config));
const events = new EventLogDoor(state, subscriptions, Date.now);
const keys = keyRingOf(running);
const connection = await connectWorker(running);
const client = openClient(running, namespace, keys);
const workflows = workflowsOf(client);
const stopping = new AbortController();
const activities = createLedgerActivities({
  ledgers,
  events,
  stopping: stopping.signal,
  gameWork: gameThread.work,
  now: Date.now,
  retention: () => {
    const { retention, windowTurns } = readRetention(state);
    return given({ gamesMs: retention.gamesMs, windowTurns });
  },
  nodesOfFile: () => requireRunningCluster(state).config.nodes.map(powerOf),
  swept: () => readSwept(state),
  workflows,
  duties: openDuties(state, workflows, countThread.countGames),
  tidy: tidyThread.tidy,
});
// The activities have checked the subscriptions. With a fault, the log is not opened, so no subscriber loses its cursor.
const endEvents = startEventDuty({ state, ledgers, door: events, retention: eventRetentionOf(running.config), now: Date.now, onMoved: logEvents });
const worked = withFailures(withHeartbeats(activities));
await runWorkers({
  workers: [await Worker.create(activityWorkerOptions({ connection, namespace, keys }, ledgerQueue, worked, workerLimits.ledgerSlots))],
  ready: { state, name: 'ledger' },
  onStop: () => stopping.abort(),
  closers: [
    () => ledgers.close(),
    endEvents,
    endBackups,
    () => tidyThread.close(),
    () => countThread.close(),
    () => gameThread.close(),
    () => connection.close(),
    () => client.connection.close(),
  ],
});
