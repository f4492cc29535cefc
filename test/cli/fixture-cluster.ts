import { fixtureAlerts } from './fixture-alerts.ts';
import type { DaemonView } from '../../src/domain/daemon/daemon.ts';
import type { EventView } from '../../src/domain/event/event.ts';
import type { DeadLetter, SubscriberView } from '../../src/domain/event/subscriber-view.ts';
import type { ClusterStatus } from '../../src/domain/cluster/status.ts';
import type { ItemFacts } from '../../src/domain/item/view.ts';
import type { JobView } from '../../src/domain/job/view.ts';
import type { RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { type FailureRecord, failureRecord } from '../../src/domain/failure/record.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import type { WorkItem } from '../../src/domain/item/work-item.ts';
import { itemSpec } from '../support/item-spec.ts';

export const killed: FailureRecord = {
  code: 'job.killed',
  class: 'node-fault',
  message: 'Cannot finish cf.2.self-play.7/1 on b because signal 9 ended it; try ringmaster job logs cf.2.self-play.7/1',
  fields: { item: 'cf.2.self-play.7', epoch: 1, node: 'b' },
  chain: ['exit code 137'],
};

const node = (id: string, over: Partial<ClusterStatus['nodes'][number]> = {}): ClusterStatus['nodes'][number] => ({
  node: id as NodeId,
  state: 'alive',
  sinceMs: 0,
  route: 'gateway',
  slots: 2,
  labels: [],
  evidence: 'probed in 4 ms',
  observedAtMs: 0,
  ...over,
});
const job = (item: string, over: Partial<JobView> = {}): JobView => ({
  item,
  epoch: 1,
  kind: 'self-play',
  pipeline: 'connect-four',
  turn: 2,
  node: 'a',
  state: 'running',
  startedAtMs: 0,
  ...over,
});

const daemon = (id: string, over: Partial<DaemonView> = {}): DaemonView => ({
  id,
  summary: `does the work of ${id}`,
  critical: true,
  dependencies: id === 'AUTO_SYNC' ? ['EVENT_ROUTER'] : [],
  intervalMs: 60_000,
  state: 'running',
  sinceMs: 1_000,
  because: 'its duty is done',
  wish: { wish: 'running', by: 'ringmaster', reason: 'the cluster runs', sinceMs: 0 },
  missing: [],
  restarts: 0,
  next: 'works again when something happens, or its interval is over',
  ...over,
});

/** Returns the status of a cluster in the middle of turn 2, read at `nowMs`. */
export function fixtureStatus(nowMs: number): ClusterStatus {
  const ago = (seconds: number): number => nowMs - seconds * 1000;
  return {
    v: 1,
    alerts: fixtureAlerts(nowMs).alerts.filter(({ state }) => state === 'firing'),
    cluster: 'demo',
    readAtMs: nowMs,
    processes: [
      { name: 'server', pid: 11, state: 'running', restarts: 0, sinceMs: ago(75) },
      { name: 'control', pid: 12, state: 'running', restarts: 1, sinceMs: ago(12) },
    ],
    daemons: [
      daemon('CLUSTER_MONITOR', {
        health: { healthy: true, status: 'ok', message: '3 of 3 nodes are alive', details: { b: 'suspect: no answer' }, atMs: ago(2) },
      }),
      daemon('EVENT_ROUTER', {
        state: 'failed',
        because: 'its work made no progress: Cannot work because the disk does not answer',
        restarts: 5,
        failure: {
          kind: 'hung',
          record: failureRecord('internal.defect', { cannot: 'work', because: 'the disk does not answer', hint: { say: 'again' } }),
          atMs: ago(9),
        },
        next: 'stays failed until ringmaster daemon reset EVENT_ROUTER',
        errorRate: 0.75,
      }),
      daemon('AUTO_SYNC', { state: 'waiting', because: 'it needs EVENT_ROUTER', missing: ['EVENT_ROUTER'], next: 'starts when EVENT_ROUTER runs' }),
    ],
    nodes: [
      node('a', { route: 'resident', sinceMs: ago(70), observedAtMs: ago(1) }),
      node('b', { state: 'suspect', sinceMs: ago(6), observedAtMs: ago(6), evidence: 'no answer for 6 s\u001B[31m' }),
      node('c', { labels: ['gpu'], sinceMs: ago(70), observedAtMs: ago(1) }),
    ],
    queue: { pending: 3, claimed: 1, running: 2, completed: 41, failed: 0, 'timed-out': 0, cancelled: 0, dead: 0 },
    openJobs: [
      job('cf.2.self-play.7', { epoch: 2, node: 'c', startedAtMs: ago(2), progress: { done: 3, of: 20 } }),
      job('cf.2.self-play.8', { startedAtMs: ago(4) }),
      job('cf.2.self-play.9', { state: 'claimed', startedAtMs: ago(1) }),
    ],
    recentJobs: [
      job('cf.2.self-play.7', { node: 'b', state: 'failed', startedAtMs: ago(9), endedAtMs: ago(5), failure: killed }),
      job('cf.2.self-play.6', { state: 'completed', startedAtMs: ago(20), endedAtMs: ago(10) }),
    ],
    pipelines: [
      {
        name: 'connect-four',
        turn: 2,
        stage: 'self-play',
        stageSinceMs: ago(21),
        detail: '80 of 120 games',
        champion: 'connect-four.1',
        championElo: 84.4,
        promotions: 1,
        games: 200,
        evaluation: { candidate: 'connect-four.1', pairs: 24, llr: 1.2, lower: -2.94, upper: 2.94 },
      },
    ],
    recentSyncs: [
      {
        dataset: 'games-connect-four@a',
        source: 'a',
        target: 'home',
        timestamp: new Date(ago(30)).toISOString(),
        digest: 'abcdef0123456789',
        files: 6,
        bytes: 1_500_000,
        durationMs: 210,
        state: 'completed',
      },
    ],
    models: [
      {
        id: 'connect-four.1',
        pipeline: 'connect-four',
        turn: 1,
        sha256: 'ab'.repeat(32),
        state: 'champion',
        elo: 84.4,
        eloError: 40,
        trainingSet: 'cd'.repeat(8),
        createdAtMs: ago(40),
      },
    ],
    watches: [],
    nodeLimits: { suspectAfterSeconds: 5, unreachableAfterSeconds: 15, lostAfterSeconds: 300 },
    temporalServer: 'own',
    temporalAddress: '127.0.0.1:17233',
    temporalUi: 'http://127.0.0.1:18233',
  };
}

export function fixtureItem(nowMs: number, over: Partial<WorkItem> = {}): WorkItem {
  return {
    spec: itemSpec('cf.2.self-play.7', {
      priority: 5,
      pipeline: 'connect-four',
      turn: 2,
      command: ['node', '{payload}/self-play.js'],
      request: {},
      seed: 7,
      limits: { runSecondsMax: 300, silentSecondsMax: 30 },
    }),
    state: 'running',
    epoch: 2,
    attempts: 1,
    node: 'c' as NodeId,
    history: ['#1 on b at 2026-01-01T00:00:00.000Z: job.killed'],
    createdAtMs: nowMs - 30_000,
    changedAtMs: nowMs - 2000,
    ...over,
  };
}

export function fixtureFacts(nowMs: number): ItemFacts {
  const status = fixtureStatus(nowMs);
  return {
    item: fixtureItem(nowMs),
    jobs: [...status.recentJobs, ...status.openJobs].filter((one) => one.item === 'cf.2.self-play.7').toSorted((a, b) => a.epoch - b.epoch),
  };
}

export const fixtureRunning = (state: string, httpPort: number, temporalPort: number): RunningCluster => ({
  config: {
    v: 1,
    cluster: 'demo',
    state,
    temporal: { port: temporalPort, uiPort: temporalPort + 1, metricsPort: temporalPort + 2, namespace: 'default', retentionHours: 24 },
    http: { host: '127.0.0.1', port: httpPort },
    nodeLimits: { suspectAfterSeconds: 5, unreachableAfterSeconds: 15, lostAfterSeconds: 120 },
    sweepIntervalMs: 1000,
    watchIntervalMs: 1000,
    nodes: ['a', 'b', 'c'].map((id) => ({ id: id as NodeId, worker: 'none', slots: 2, labels: [], folder: id, connect: { type: 'local' } })),
    datasets: [],
    pipelines: [{ name: 'connect-four', turns: 2 } as unknown as RunningCluster['config']['pipelines'][number]],
  },
  configEpoch: 1,
  temporalAddress: `127.0.0.1:${temporalPort}`,
  temporalEmbedded: true,
  source: '/tmp/cluster.demo.yaml',
});

/** Returns the loss of node c, and the try that failed because of it. */
export const fixtureEvents = (nowMs: number): readonly EventView[] => [
  {
    position: 1,
    id: '0aaaaaaaa-bbbbbbbb',
    type: 'NODE_LOST',
    version: 1,
    atMs: nowMs - 60_000,
    about: ['node:c'],
    actor: 'sweep',
    payload: { node: 'c', to: 'lost', evidence: 'no answer for 60 s' },
    text: 'c is lost: no answer for 60 s',
  },
  {
    position: 2,
    id: '0aaaaaaab-cccccccc',
    type: 'WORK_RETRY',
    version: 1,
    atMs: nowMs - 59_000,
    about: ['job:cf.2.self-play.7/1', 'node:c', 'item:cf.2.self-play.7'],
    cause: '0aaaaaaaa-bbbbbbbb',
    actor: 'ledger',
    payload: { item: 'cf.2.self-play.7', epoch: 1, node: 'c' },
    text: 'try 1 of cf.2.self-play.7 failed on c (job.lost): it is pending again after 1 of 3 tries',
  },
];

/** Returns a subscriber for which one event is dead and another waits. */
export const fixtureSubscriber = (nowMs: number): SubscriberView => ({
  subscriber: 'dispatcher',
  does: 'Wakes the dispatcher.',
  position: 1,
  delivered: 7,
  lag: 1,
  retried: 0,
  dead: 1,
  lagSinceMs: nowMs - 59_000,
  skipped: 0,
  types: [
    { type: 'NODE_LOST', delivered: 5, lag: 1, retried: 0, dead: 0 },
    { type: 'WORK_RETRY', delivered: 2, lag: 0, retried: 0, dead: 1 },
  ],
});

export const fixtureDeadLetters = (nowMs: number): readonly DeadLetter[] =>
  fixtureEvents(nowMs)
    .slice(1)
    .map((event) => ({ subscriber: 'dispatcher', event, tries: 5, sinceMs: nowMs - 30_000, failure: killed }));
