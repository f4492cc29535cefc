/** Tests ALERT_MANAGER over real ledgers: what it reads, the alerts that follow, and what a restart of its process keeps. */
import { describe, expect, test } from 'vitest';
import type { DaemonTransition } from '../../../src/domain/daemon/daemon.ts';
import { dueSoonMs } from '../../../src/duty/alert-manager.ts';
import { itemSpec } from '../../support/item-spec.ts';
import { happened, typesOf } from '../event/pumped.ts';

import { cluster, minute } from './alert-cluster.ts';

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
