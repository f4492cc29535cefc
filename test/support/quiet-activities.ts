/** The results of the real activities in a cluster where nothing happens. */
import type { GatewayActivities, LedgerActivities, NodeActivities } from '../../src/contract/activity/by-queue.ts';
import { testNotification } from '../../src/domain/alert/notify.ts';
import type { DaemonProcess } from '../../src/domain/daemon/command.ts';
import { itemOfDaemon } from '../../src/domain/daemon/daemon-item.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { itemSpec } from './item-spec.ts';

export type Activities = LedgerActivities & GatewayActivities & NodeActivities;

const sha256 = 'a'.repeat(64);

export const ledgerAnswers: LedgerActivities = {
  enqueue: async ({ items }) => ({ added: items.length }),
  claim: async () => ({ started: [], pendingLeft: 0 }),
  beginJob: async () => ({ accepted: true, cancelled: false }),
  progressJobs: async () => undefined,
  closeJob: async () => ({ accepted: true }),
  foldersOf: async () => ({ jobs: [] }),
  foldersGone: async () => undefined,
  strayJobs: async () => ({ jobs: [] }),
  cancelItems: async () => ({ cancelled: [], jobs: [] }),
  items: async () => [],
  chooseItems: async ({ items }) => items.map((id) => ({ id, isMissing: true })),
  reconcileClaims: async () => ({ freed: [] }),
  populate: async () => ({ items: [], added: 0 }),
  recordSync: async () => undefined,
  noteVersion: async () => undefined,
  copiesOf: async () => ({ has: [], failed: [] }),
  consolidate: async () => ({ read: 0, added: 0, total: 0, ignored: 0, setAside: [] }),
  gamesAway: async () => ({ nodes: [], gone: [] }),
  replayGames: async () => ({ items: [], added: 0, turnHasGames: true, late: 0, givenUp: 0 }),
  exportTrainingSet: async () => ({ set: { name: 'set', sha256, bytes: 1 }, games: 1 }),
  pastGames: async () => ({ past: [], ageMs: 0 }),
  gameFilesRemoved: async () => undefined,
  beginTurn: async ({ payload }) => ({ champion: { id: 'random' }, payload }),
  registerModel: async ({ turn }) => ({ id: `model-${turn}`, sha256, bytes: 1 }),
  allocateOpenings: async () => ({ first: 0 }),
  promote: async ({ champion }) => ({ champion: { id: champion }, promoted: false }),
  recordStage: async () => [],
  recordNodes: async () => ({ wishes: {} }),
  deliverEvents: async () => ({ subscribers: [] }),
  steerDelivery: async ({ verb, subscriber }) => ({ verb, subscriber, count: 0 }),
  wishNode: async ({ node }) => ({ node, changed: false, openJobs: [] }),
  wishPipeline: async ({ pipeline, verb, by, reason }) => ({
    pipeline,
    verb,
    turn: 1,
    wish: { wish: 'paused', by, reason, sinceMs: 1 },
    signal: { by, reason },
  }),
  recordDaemon: async () => undefined,
  recordDaemons: async () => undefined,
  beginRounds: async () => ({ worked: {} }),
  beginProcesses: async () => ({ processes: [] }),
  readDaemons: async () => ({ records: {} }),
  daemonsNotRunning: async () => ({ missing: [] }),
  wishDaemons: async ({ verb, by, reason }) => ({
    verb,
    daemons: [],
    needed: [],
    waiting: [],
    inOrder: false,
    wish: { wish: 'running', by, reason, sinceMs: 1 },
  }),
  noteBrake: async () => undefined,
  noteRound: async () => undefined,
  lastNodes: async () => ({ views: [] }),
  maintain: async () => ({ ends: [] }),
  reapJob: async () => undefined,
  ownerlessJobs: async () => ({ jobs: [] }),
  noteReaped: async () => undefined,
  noteShutdown: async () => ({ isNew: true }),
  noteShutdownFailure: async () => undefined,
  gamesReported: async () => ({ isKnown: false }),
  recordAlerts: async () => undefined,
  pauseCluster: async ({ verb }) => ({ verb, changed: false }),
  nextNotification: async () => ({}),
  testNotification: async ({ channel, by, key }) => ({ notification: testNotification(channel, key, by, 1) }),
  noteNotification: async () => undefined,
  silenceAlerts: async ({ verb }) => ({ verb, silences: [], unknown: [] }),
  reportGames: async () => undefined,
  openProcess: async ({ daemon }) => fakeProcess(daemon),
  heldProcess: async () => ({}),
  closeProcess: async () => undefined,
  adjustValues: async () => undefined,
  lookAtDaemons: async () => ({ looks: 0, wakes: 0 }),
  workDaemon: async () => ({ health: { healthy: true, message: 'quiet', details: {} }, memory: undefined, steps: [] }),
};
/** The process of the command daemon `web` on node `a`. */
export const fakeProcess = (daemon: string, epoch = 1): DaemonProcess => ({
  daemon,
  node: 'a' as NodeId,
  job: { item: itemOfDaemon(daemon), epoch },
  spec: itemSpec(itemOfDaemon(daemon)),
  stop: { signal: 'TERM', graceMs: 0 },
  readyWithinMs: 60_000,
  residentRoute: false,
  declaration: sha256,
});
export const startedJob = { pid: 1, startTicks: 1, bootId: 'boot', adopted: false };
export const nodeAnswers: NodeActivities = {
  startJob: async () => startedJob,
  startProcesses: async () => ({ started: {} }),
  watchProcess: async ({ health }) => ({ type: 'news', health, known: { healthy: true, message: 'well' } }),
  awaitJob: async () => ({ type: 'completed', manifest: { v: 1, files: [], result: {} } }),
  stopJob: async () => ({ stopped: 1 }),
  forgetJobs: async () => undefined,
  oldJobs: async () => [],
  heldJobs: async () => [],
  removeGames: async () => [],
};
export const gatewayAnswers: GatewayActivities = {
  shipJob: async () => undefined,
  launchJob: async () => startedJob,
  fetchOutputs: async () => undefined,
  transfer: async () => ({ digest: 'd', files: 1, bytes: 1, changed: true, method: 'fake', durationMs: 1 }),
  payloadTree: async () => ({ dataset: 'payload', digest: 'd' }),
  stageChampion: async ({ pipeline }) => ({ dataset: `champion-${pipeline}` }),
  ensureNodeWorker: async () => ({ pid: 1, started: false }),
  shutNodeDown: async () => ({}),
  sendNotification: async () => undefined,
};
export const quiet: Activities = { ...ledgerAnswers, ...nodeAnswers, ...gatewayAnswers };
