/** Tests ALERT_MANAGER over real ledgers: what it reads, the alerts that follow, and what a restart of its process keeps. */
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ClusterConfig } from '../../../src/domain/cluster/cluster.ts';
import type { AlertChannel } from '../../../src/domain/alert/channel.ts';
import { newDaemon } from '../../../src/domain/daemon/lifecycle.ts';
import type { Daemon, DaemonTransition } from '../../../src/domain/daemon/daemon.ts';
import type { NodeId } from '../../../src/domain/ids.ts';
import type { NodeState } from '../../../src/domain/node/node.ts';
import { alertManager, dueSoonMs } from '../../../src/duty/alert-manager.ts';
import { alertManagerId, rowsOf } from '../../../src/duty/catalogue.ts';
import type { DutyReads } from '../../../src/duty/duty.ts';
import { SteadyAges } from '../../../src/duty/steady-ages.ts';
import { openReadModel } from '../../../src/storage/read/read-ledgers.ts';
import { itemSpec } from '../../support/item-spec.ts';
import { happened, typesOf } from '../event/pumped.ts';
import { ledgerHarness } from '../state-folder.ts';

const node = (id: string) => ({ id: id as NodeId, slots: 1, labels: [], worker: 'gateway' });
const config = {
  nodes: [node('a'), node('b')],
  datasets: [{ id: 'book', path: '/book', keep: { to: ['a', 'b'] } }],
  pipelines: [{ name: 'cf' }],
  daemons: [],
} as unknown as ClusterConfig;
const minute = 60_000;
const wish = { wish: 'running', by: 'ringmaster', reason: 'the cluster runs', sinceMs: 0 } as const;

/** Returns a cluster whose ALERT_MANAGER does rounds. `notified` has the channels that it had send, and `channels` are those of the cluster file. `pass` lets time pass by both clocks, and `restart` begins a new process. */
function cluster(channels: readonly AlertChannel[] = []) {
  const notified: string[] = [];
  const on = ledgerHarness();
  const running = { daemon: alertManagerId, record: { ...newDaemon(wish), state: 'running' } as Daemon, changes: [] };
  on.ledgers.resources.daemons.report([running], on.clock.nowMs);
  let steadyMs = 0;
  let model = openReadModel(on.folder, () => on.clock.nowMs);
  let ages = new SteadyAges(() => steadyMs);
  const home = { freeBytes: 1024 ** 4 };
  onTestFinished(() => model.close());
  const fails = async (): Promise<never> => Promise.reject(new Error('not used'));
  return {
    on,
    home,
    notified,
    pass: (ms: number): void => {
      steadyMs += ms;
      on.clock.nowMs += ms;
    },
    restart: (): void => {
      model.close();
      model = openReadModel(on.folder, () => on.clock.nowMs);
      ages = new SteadyAges(() => steadyMs);
    },
    round: async () => {
      const reads: DutyReads = {
        model,
        config: { ...config, alertChannels: channels },
        rows: rowsOf(config),
        now: () => on.clock.nowMs,
        ages,
        lastRoundMs: () => model.knownDaemons().find(({ id }) => id === alertManagerId)?.record?.health?.atMs,
        homeFreeBytes: () => home.freeBytes,
        isRunning: fails,
        lookAtTree: fails,
        countGames: fails,
        keepRatings: fails,
      };
      const worked = await alertManager(reads, undefined, on.clock.nowMs);
      for (const step of worked.steps) {
        if (step.type === 'notify') notified.push(...step.channels);
        else if (step.type === 'record-alerts') await on.activities.recordAlerts(step);
        else throw new Error(`no step ${step.type} was expected`);
      }
      on.ledgers.resources.daemons.noteRound(alertManagerId, { ...worked.health, atMs: on.clock.nowMs });
      return worked;
    },
    states: (): Readonly<Record<string, string>> => Object.fromEntries(model.knownAlerts().map(({ id, state }) => [id, state])),
    nodes: (states: Readonly<Record<string, NodeState>>, over: object = {}): Promise<unknown> =>
      on.activities.recordNodes({
        nodes: Object.entries(states).map(([id, state]) => ({
          node: id as NodeId,
          state,
          sinceMs: 1,
          route: 'gateway',
          slots: 1,
          labels: [],
          evidence: 'no answer',
          observedAtMs: 1,
          ...over,
        })),
      }),
    daemon: (daemon: string, over: Partial<Daemon>, changes: readonly DaemonTransition[] = []): Promise<void> =>
      on.activities.recordDaemon({ daemon, record: { ...newDaemon(wish), ...over }, changes }),
    pauseCluster: (verb: 'pause' | 'resume') => on.activities.pauseCluster({ verb, by: 'ada@desk', reason: 'a test' }),
    stage: (stage: 'self-play' | 'failed', wished?: object) =>
      on.activities.recordStage({
        pipeline: 'cf',
        turn: 1,
        stage,
        detail: 'x',
        standing: { nextTurn: 1, turnsLeft: 3, ...(wished === undefined ? {} : { wish: { ...wish, ...wished } }) },
      }),
  };
}

describe('what it reads', () => {
  test('a node that is lost fires at once, and is resolved when it answers; a node of another cluster file is left out', async () => {
    const { nodes, round, states, on } = cluster();
    await nodes({ a: 'alive', b: 'lost', gone: 'lost' });
    expect((await round()).health.message).toBe('1 alert fires: NodeLost/b');
    await nodes({ a: 'alive', b: 'alive', gone: 'lost' });
    expect((await round()).health.message).toBe('no alert fires');
    expect(states()).toEqual({ 'NodeLost/b': 'resolved' });
    expect(typesOf(happened(on)).filter((type) => type.startsWith('ALERT'))).toEqual(['ALERT_FIRED', 'ALERT_RESOLVED']);
  });

  test('a disk of a node and the disk of the state folder', async () => {
    const { nodes, round, states, home, pass } = cluster();
    await nodes({ a: 'alive', b: 'alive' }, { diskFreeBytes: 5 });
    home.freeBytes = 5;
    await round();
    pass(minute);
    await round();
    expect(states()).toEqual({ 'DiskLow/a': 'firing', 'DiskLow/b': 'firing', 'DiskLow/home': 'firing' });
  });

  test('restarts, failures, errors and health checks of daemons', async () => {
    const { daemon, round, states, pass, on } = cluster();
    const restart = (seq: number): DaemonTransition => ({
      daemon: 'ELO_SYNC',
      from: 'backing-off',
      to: 'starting',
      because: 'the delay is over',
      restarts: 1,
      seq,
      atMs: on.clock.nowMs,
    });
    await daemon('ELO_SYNC', { state: 'running', seq: 4 }, [1, 2, 3, 4].map(restart));
    await daemon('AUTO_SYNC', { state: 'failed', seq: 1, because: 'it broke' });
    const outcomes = [true, true, true, false].map((failed) => ({ atMs: 1, failed }));
    await daemon('EVALUATION', { state: 'degraded', seq: 1, outcomes, health: { healthy: false, message: 'no', details: {}, atMs: 1 } });
    // The same errors of a daemon that runs again are over.
    await daemon('DATA_PIPELINE', { state: 'running', seq: 1, outcomes });
    happened(on);
    await round();
    expect(states()).toEqual({
      'DaemonRestarts/ELO_SYNC': 'firing',
      'DaemonFailed/AUTO_SYNC': 'firing',
      'DaemonErrors/EVALUATION': 'firing',
      'DaemonUnhealthy/EVALUATION': 'pending',
    });
    // Two intervals of EVALUATION, and an hour after the restarts.
    pass(20 * minute);
    await round();
    expect(states()).toMatchObject({ 'DaemonUnhealthy/EVALUATION': 'firing', 'DaemonRestarts/ELO_SYNC': 'firing' });
    pass(41 * minute);
    await round();
    expect(states()).toMatchObject({ 'DaemonRestarts/ELO_SYNC': 'resolved' });
  });

  test('an empty queue while a pipeline wants work, and a pause by Ringmaster and not by an operator', async () => {
    const { stage, round, states, pass } = cluster();
    await stage('self-play');
    await round();
    expect(states()).toEqual({ QueueEmpty: 'pending' });
    await stage('failed', { wish: 'paused', by: 'ada@desk' });
    await round();
    expect(states()).toEqual({ QueueEmpty: 'inactive' });
    pass(1_000);
    await stage('failed', { wish: 'paused', by: 'ringmaster', reason: 'the turn failed 3 times in a row', sinceMs: 5 });
    await round();
    expect(states()).toEqual({ QueueEmpty: 'inactive', 'PipelinePaused/cf': 'firing' });
  });

  test('no new games: a completed item and progress count, other work does not', async () => {
    const { stage, round, states, pass, on } = cluster();
    await on.activities.enqueue({ items: ['one', 'two'].map((id) => itemSpec(id, { kind: 'self-play', pipeline: 'cf', turn: 1 })) });
    await stage('self-play');
    await round();
    pass(29 * minute);
    on.ledgers.queue.ledger
      .statement("UPDATE items SET state = 'running', progress_done = 3, changed_at_ms = ? WHERE id = 'one'")
      .run(Math.round(on.clock.nowMs));
    await round();
    expect(states(), 'a game was just played').toEqual({});
    pass(5 * minute);
    await round();
    expect(states()).toEqual({ 'NoNewGames/cf': 'pending' });
    pass(25 * minute);
    await round();
    expect(states()).toEqual({ 'NoNewGames/cf': 'firing' });
    on.ledgers.queue.ledger.statement("UPDATE items SET state = 'completed', closed_at_ms = ? WHERE id = 'one'").run(Math.round(on.clock.nowMs));
    await round();
    expect(states()).toEqual({ 'NoNewGames/cf': 'resolved' });
  });

  test('a pause of the whole cluster is no lack of games or of work, and the times begin when it ends', async () => {
    const { stage, round, states, pass, pauseCluster } = cluster();
    await stage('self-play');
    await pauseCluster('pause');
    pass(6 * minute);
    await round();
    pass(30 * minute);
    await round();
    expect(states()).toEqual({});
    await pauseCluster('resume');
    await round();
    expect(states()).toEqual({ 'NoNewGames/cf': 'pending', QueueEmpty: 'pending' });
  });

  test('a copy whose pushes fail, on a node that answers', async () => {
    const { nodes, round, states, on } = cluster();
    await nodes({ a: 'alive', b: 'unreachable' });
    const failed = { source: 'home', digest: '', files: 0, bytes: 0, durationMs: 1, method: 'rsync' as const };
    const failure = { code: 'sync.disk-full', class: 'node-fault', message: 'm', fields: {}, chain: [] } as const;
    for (const [dataset, target] of [
      ['book', 'a'],
      ['book', 'b'],
      ['other', 'a'],
    ] as const)
      await on.activities.recordSync({ ...failed, key: `${dataset}${target}`, dataset, target, failure });
    await round();
    expect(states()).toEqual({ 'SyncStale/book/a': 'pending' });
  });
});

describe('the for-time', () => {
  test('an alert fires in the round that its daemon asked for, when the for-time is over', async () => {
    const { stage, round, states, pass } = cluster();
    await stage('self-play');
    expect((await round()).restMs).toBeUndefined();
    pass(10 * minute - dueSoonMs);
    const { restMs = 0 } = await round();
    expect([restMs > 0, restMs <= dueSoonMs, states()['QueueEmpty']]).toEqual([true, true, 'pending']);
    pass(restMs);
    await round();
    expect(states()).toMatchObject({ QueueEmpty: 'firing' });
  });

  test('goes on after a restart of the process, without the time in which nothing was evaluated', async () => {
    const { stage, round, states, pass, restart, on } = cluster();
    await stage('self-play');
    await round();
    pass(6 * minute);
    await round();
    restart();
    pass(60 * minute);
    await round();
    expect(states()['QueueEmpty'], 'an hour in which the cluster was down').toBe('pending');
    pass(2 * minute);
    await round();
    restart();
    pass(60 * minute);
    await round();
    pass(2 * minute - 1_000);
    await round();
    expect(states()['QueueEmpty'], 'a second such hour').toBe('pending');
    pass(1_000);
    await round();
    expect(states()['QueueEmpty']).toBe('firing');
    restart();
    await round();
    expect(states()['QueueEmpty']).toBe('firing');
    expect(happened(on).flatMap(({ type, text }) => (type === 'ALERT_FIRED' ? [text] : []))).toEqual([expect.stringMatching(/^QueueEmpty fires/)]);
  });

  test('does not follow a step of the clock', async () => {
    const { stage, round, states, pass, on } = cluster();
    await stage('self-play');
    await round();
    on.clock.nowMs += 365 * 24 * 60 * minute;
    await round();
    expect(states()['QueueEmpty']).toBe('pending');
    on.clock.nowMs -= 2 * 365 * 24 * 60 * minute;
    pass(10 * minute);
    await round();
    expect(states()).toMatchObject({ QueueEmpty: 'firing' });
  });
});

test('a ledger that cannot be read takes no other reading with it, and is named', async () => {
  const { nodes, round, states, on } = cluster();
  await nodes({ a: 'lost', b: 'lost' });
  await round();
  on.ledgers.queue.ledger.statement('DROP TABLE counts').run();
  const { health } = await round();
  expect(health.healthy).toBe(false);
  expect(health.message).toMatch(/^2 alerts fire: NodeLost\/a, NodeLost\/b; the queue cannot be read: .*no such table: counts/);
  expect(states()).toEqual({ 'NodeLost/a': 'firing', 'NodeLost/b': 'firing' });
});

describe('the channels', () => {
  const ops: AlertChannel = { id: 'ops', severities: ['critical'], resolved: true, way: { type: 'log' } };

  test('a round has the channel send what it recorded, and each later round as long as something waits', async () => {
    const { nodes, round, notified, on, pass } = cluster([ops]);
    await nodes({ a: 'alive', b: 'lost' });
    await round();
    expect(notified).toEqual(['ops']);
    pass(minute / 4);
    await round();
    expect(notified).toEqual(['ops', 'ops']);
    await on.activities.noteNotification({ channel: 'ops', group: 'NodeLost', seq: 1 });
    await round();
    expect(notified).toEqual(['ops', 'ops']);
  });

  test('an alert that fires without a change is sent to a channel that is new, and when its silence ends', async () => {
    const channels: AlertChannel[] = [];
    const { nodes, round, notified, on, pass } = cluster(channels);
    await nodes({ a: 'alive', b: 'lost' });
    await round();
    expect(notified).toEqual([]);
    await on.activities.silenceAlerts({ verb: 'silence', targets: ['NodeLost'], by: 'ada@desk', reason: 'x', forSeconds: 60 });
    channels.push(ops);
    await round();
    expect(notified).toEqual([]);
    pass(minute + 1);
    await round();
    expect(notified).toEqual(['ops']);
    expect((await on.activities.nextNotification({ channel: 'ops' })).notification).toMatchObject({ group: 'NodeLost' });
  });

  test('a message that waits for a minute is an alert about its channel, until it is delivered', async () => {
    const { nodes, round, states, on, pass } = cluster([ops]);
    await nodes({ a: 'alive', b: 'lost' });
    await round();
    pass(minute + 1);
    await round();
    expect(states()['AlertsUndelivered/ops']).toBe('firing');
    for (const group of ['NodeLost', 'AlertsUndelivered/ops']) await on.activities.noteNotification({ channel: 'ops', group, seq: 1 });
    await round();
    expect(states()['AlertsUndelivered/ops']).toBe('resolved');
  });
});
