/** The reads of a running cluster over real ledgers: a daemon that an operator stopped, or that has failed, reaches `/ready` and the status. */
import { expect, onTestFinished, test } from 'vitest';
import type { RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { newDaemon } from '../../src/domain/daemon/lifecycle.ts';
import type { Daemon } from '../../src/domain/daemon/daemon.ts';
import { daemonRows } from '../../src/duty/catalogue.ts';
import { openClusterReads } from '../../src/service/cluster/open-cluster-reads.ts';
import { itemSpec } from '../support/item-spec.ts';
import { ledgerHarness } from '../storage/state-folder.ts';

test('a failed daemon makes the cluster not ready, and a stopped one is a notice', async () => {
  const { activities, ledgers, folder } = ledgerHarness();
  const nowMs = Date.now();
  const put = (daemon: string, over: Partial<Daemon>): Promise<void> =>
    activities.recordDaemon({
      daemon,
      record: { ...newDaemon({ wish: 'running', by: 'ringmaster', reason: 'the cluster runs', sinceMs: nowMs }), ...over },
      changes: [],
    });
  const nodes = [{ id: 'a', slots: 2, labels: [] }];
  const config = { cluster: 'demo', state: folder, sweepIntervalMs: 1_000, nodeLimits: {}, nodes };
  const reads = openClusterReads({
    running: { config, temporalAddress: '127.0.0.1:1', temporalEmbedded: true } as unknown as RunningCluster,
    client: undefined as never,
    door: undefined as never,
    partDoor: undefined as never,
    look: async () => ({ launcher: 'replies', processes: [] }),
    keeper: () => ({ roundAgeMs: 0, startedAgain: [] }),
    clock: () => undefined,
    metrics: async () => [],
  });
  onTestFinished(reads.close);
  const daemonReasons = async (): Promise<readonly string[]> =>
    (await reads.isReady()).reasons.filter((one) => daemonRows.some(({ id }) => one.includes(id)));
  expect((await daemonReasons()).join()).toContain('QUEUE_POPULATOR has not been started yet');
  for (const { id } of daemonRows) await put(id, { state: 'running', seq: 1 });
  expect(await daemonReasons()).toEqual([]);
  await put('EVALUATION', { state: 'failed', seq: 2, because: 'its work failed: x' });
  expect(await daemonReasons()).toEqual(['EVALUATION has failed: its work failed: x']);
  await put('EVALUATION', { state: 'running', seq: 3 });
  ledgers.resources.daemons.putWish('EVALUATION', { wish: 'stopped', by: 'ada@home', reason: 'quiet', sinceMs: nowMs });
  expect(await daemonReasons()).toEqual([]);
  expect((await reads.status()).watches.find(({ name }) => name === 'daemons')).toMatchObject({
    ok: true,
    notice: true,
    detail: 'EVALUATION was stopped by ada@home (quiet): turns wait before their evaluate',
  });
  const items = async () => (await reads.status()).watches.find(({ name }) => name === 'items');
  await activities.enqueue({ items: [itemSpec('fits', { slots: 2 })] });
  expect(await items()).not.toHaveProperty('notice');
  await activities.enqueue({ items: [itemSpec('big', { slots: 8 }), itemSpec('gpu', { labels: ['gpu'] })] });
  expect(await items()).toMatchObject({
    ok: true,
    notice: true,
    detail: expect.stringMatching(
      /^1 item waits for a node \(gpu\), because no node .* \(a lacks gpu\); 1 more item waits for nodes with other slots or labels$/,
    ),
    hint: { run: 'ringmaster explain gpu' },
  });
});
