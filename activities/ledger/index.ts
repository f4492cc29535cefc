/**
 * The activities of queue `ledger`. They use SQLite only, and only this worker writes. An activity that runs twice has the same effect as one that
 * runs once.
 */
import { given } from '../../src/base/given.ts';
import type { LedgerActivities } from '../../src/contract/activity/by-queue.ts';
import { subscriptions } from '../../src/domain/event/subscriptions.ts';
import { chooseReplacement } from '../../src/domain/item/replacement.ts';
import { strayJobs } from '../../src/storage/queue/stray-jobs.ts';
import { replacementNamesMax } from '../../src/domain/limits.ts';
import { beginJob } from './item/begin-job.ts';
import { beginTurn } from './pipeline/begin-turn.ts';
import { recordStage } from './pipeline/record-stage.ts';
import { wishPipeline } from './pipeline/wish-pipeline.ts';
import { cancelItems } from './item/cancel-items.ts';
import { deliverEvents } from './event/deliver-events.ts';
import { createHandlers } from './event/handlers.ts';
import { requireSubscriptions } from './event/require-subscriptions.ts';
import { silenceAlerts } from './alert/silence-alerts.ts';
import { steerDelivery } from './event/steer-delivery.ts';
import { claim } from './item/claim.ts';
import { copiesOf } from './dataset/copies-of.ts';
import { closeJob } from './item/close-job.ts';
import type { LedgerDependencies } from './dependencies.ts';
import { gameFilesRemoved, pastGames } from './game/game-files.ts';
import { gamesAway } from './game/games-away.ts';
import { readItems } from './item/read-items.ts';
import { populate } from './item/populate.ts';
import { recordNodes } from './node/record-nodes.ts';
import { pauseCluster } from './node/pause-cluster.ts';
import { wishNode } from './node/wish-node.ts';
import { promote } from './model/promote.ts';
import { noteReaped, ownerlessJobs, reapJob } from './daemon/reap-jobs.ts';
import { gamesReported, reportGames } from './daemon/report-games.ts';
import { noteShutdown, noteShutdownFailure } from './daemon/note-shutdown.ts';
import { adjustValues } from './pipeline/adjust-values.ts';
import { maintain } from './daemon/maintain.ts';
import { wishDaemons } from './daemon/wish-daemons.ts';
import { openProcess } from './daemon/open-process.ts';
import { lookAtDaemons } from './daemon/look-at-daemons.ts';
import { beginProcesses } from './daemon/begin-processes.ts';
import { beginRounds } from './daemon/begin-rounds.ts';
import { Rounds } from './daemon/rounds.ts';
import { workDaemon } from './daemon/work-daemon.ts';
import { enqueue } from './item/enqueue.ts';
import { reconcileClaims } from './item/reconcile-claims.ts';
import { replayGames } from './game/replay-games.ts';

export type { LedgerDependencies } from './dependencies.ts';

export function createLedgerActivities(dependencies: LedgerDependencies): LedgerActivities {
  const { ledgers, gameWork, now, events, stopping } = dependencies;
  const { queue, tasks, syncs, ratings } = ledgers;
  const handlers = createHandlers(dependencies);
  const rounds = new Rounds(dependencies.duties);
  requireSubscriptions(subscriptions, handlers);
  return {
    enqueue: enqueue(dependencies),
    claim: claim(dependencies),
    beginJob: beginJob(dependencies),
    progressJobs: async ({ jobs }) => queue.markProgress(jobs, now()),
    closeJob: closeJob(dependencies),
    foldersOf: async ({ node }) => ({ jobs: tasks.foldersOf(node, now()) }),
    foldersGone: async ({ node, jobs }) => tasks.foldersGone(node, jobs),
    strayJobs: async ({ node, jobs }) => ({ jobs: strayJobs(ledgers, node, jobs, now()) }),
    cancelItems: cancelItems(dependencies),
    items: readItems(dependencies),
    reconcileClaims: reconcileClaims(dependencies),
    chooseItems: async ({ items, replacementsMax }) =>
      queue.ledger.read('choose items', () =>
        items.map((id) => chooseReplacement(id, (one) => queue.wantedStateOf(one), Math.min(replacementsMax, replacementNamesMax))),
      ),
    populate: populate(dependencies),
    recordSync: async (sync) => syncs.record(sync, now()),
    noteVersion: async ({ dataset, version }) => syncs.noteVersion(dataset, version, now()),
    copiesOf: copiesOf(dependencies),
    consolidate: gameWork.consolidate,
    gamesAway: gamesAway(dependencies),
    replayGames: replayGames(dependencies),
    pastGames: pastGames(dependencies),
    gameFilesRemoved: gameFilesRemoved(dependencies),
    exportTrainingSet: gameWork.exportTrainingSet,
    beginTurn: beginTurn(dependencies),
    registerModel: async (model) => ratings.register(model, now()),
    allocateOpenings: async ({ pipeline, key, count }) => ({ first: ratings.allocateOpenings(pipeline, key, count) }),
    promote: promote(dependencies),
    recordStage: recordStage(dependencies),
    recordNodes: recordNodes(dependencies),
    wishNode: wishNode(dependencies),
    pauseCluster: pauseCluster(dependencies),
    wishPipeline: wishPipeline(dependencies),
    deliverEvents: deliverEvents({ door: events, now, subscriptions, handlers, stopping }),
    steerDelivery: steerDelivery(dependencies),
    recordDaemon: async (daemon) => ledgers.resources.daemons.report([daemon], now()),
    recordDaemons: async ({ daemons }) => ledgers.resources.daemons.report(daemons, now()),
    beginRounds: beginRounds(dependencies, rounds),
    beginProcesses: beginProcesses(dependencies),
    readDaemons: async ({ daemons }) => ({ records: ledgers.resources.daemons.records(daemons) }),
    daemonsNotRunning: async ({ daemons }) => ({ missing: ledgers.resources.daemons.notRunning(daemons) }),
    noteRound: async ({ daemon, health }) => ledgers.resources.daemons.noteRound(daemon, { ...health, atMs: now() }),
    lastNodes: async () => ({ views: ledgers.resources.observedNodes() }),
    wishDaemons: wishDaemons(dependencies),
    noteBrake: async ({ held }) => ledgers.resources.daemons.noteBrake(held, now()),
    workDaemon: workDaemon(dependencies, rounds),
    lookAtDaemons: lookAtDaemons(dependencies, rounds),
    maintain: maintain(dependencies),
    reapJob: reapJob(dependencies),
    ownerlessJobs: ownerlessJobs(dependencies),
    noteReaped: noteReaped(dependencies),
    noteShutdown: noteShutdown(dependencies),
    noteShutdownFailure: noteShutdownFailure(dependencies),
    gamesReported: gamesReported(dependencies),
    reportGames: reportGames(dependencies),
    openProcess: openProcess(dependencies),
    heldProcess: async ({ daemon }) => given({ process: ledgers.resources.daemonProcesses.held(daemon) }),
    closeProcess: async ({ daemon, epoch }) => ledgers.resources.daemonProcesses.close(daemon, epoch, now()),
    adjustValues: adjustValues(dependencies),
    recordAlerts: async ({ changes, channels = [] }) => ledgers.alerts.record(changes, channels, now()),
    nextNotification: async ({ channel }) => given({ notification: ledgers.alerts.notifications.next(channel) }),
    testNotification: async (test) => ({ notification: ledgers.alerts.notifications.addTest(test, now()) }),
    noteNotification: async ({ failure, ...ref }) => ledgers.alerts.notifications.note(ref, failure, now()),
    silenceAlerts: silenceAlerts(dependencies),
  };
}
