/**
 * The delivery of events on a whole cluster: a node that was away gets the champion and the ratings when it comes back, and a router or a ledger worker that dies delays the
 * events and loses none.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SubscriberView, SubscriptionsView } from '../../src/domain/event/subscriber-view.ts';
import type { SyncView } from '../../src/domain/dataset/sync.ts';
import type { RatingsFile } from '../../src/domain/model/ratings-file.ts';
import { workflowIds } from '../../src/contract/workflows.ts';
import { labelledNodes, type LiveCluster, makeCluster, toyPipeline } from '../support/live-cluster.ts';

describe('the delivery of events', () => {
  let cluster: LiveCluster;
  let client: Client;
  beforeAll(async () => {
    const rated = (await labelledNodes(2)).map((node) => (node['id'] === 'b' ? node : { ...node, ratings: true }));
    cluster = await makeCluster({ nodes: rated, pipelines: [toyPipeline({ selfPlay: 200, train: 200, evaluate: 100 })] });
    await cluster.up();
    const { temporalAddress } = await cluster.status();
    client = new Client({ connection: Connection.lazy({ address: temporalAddress }) });
    await cluster.until('all nodes alive', 60, ({ nodes }) => nodes.length === 3 && nodes.every(({ state }) => state === 'alive'));
  }, 180_000);
  afterAll(async () => {
    await client.connection.close();
    await cluster.destroy();
  }, 120_000);

  const json = async (...args: string[]): Promise<unknown> => {
    const { stdout, stderr } = await cluster.cli(...args, '-o', 'json');
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout);
  };
  const subscriber = async (name: string): Promise<SubscriberView> => {
    const { subscribers } = (await json('event', 'subscriptions')) as SubscriptionsView;
    return subscribers.find((one) => one.subscriber === name)!;
  };
  const championOn = async (node: string): Promise<readonly SyncView[]> =>
    ((await json('sync', 'list')) as readonly SyncView[]).filter(
      ({ dataset, target, state }) => dataset === 'champion-toy' && target === node && state === 'completed',
    );
  /** Returns the champion in the ratings on the node. */
  const ratedOn = (node: string): string | undefined => {
    const file = join(cluster.nodeFolder(node), 'replicas/ringmaster-ratings/current/ratings.json');
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as RatingsFile).pipelines[0]?.champion?.model : undefined;
  };
  const away = async (node: string): Promise<() => void> => {
    const back = await cluster.cutOff(node);
    await cluster.until(`${node} is away`, 90, ({ nodes }) => nodes.some((one) => one.node === node && one.state === 'unreachable'));
    return back;
  };
  const alive = (node: string): Promise<unknown> =>
    cluster.until(`${node} is back`, 90, ({ nodes }) => nodes.some((one) => one.node === node && one.state === 'alive'));

  it('a node that was away at a promotion gets the champion and the ratings when it comes back', async () => {
    const back = await away('c');
    expect((await cluster.cli('pipeline', 'run', 'toy', '--turns', '1')).code).toBe(0);
    await cluster.until('turn 1 is over', 240, ({ pipelines }) => pipelines.some(({ turn, stage }) => turn === 1 && stage === 'idle'));
    expect((await cluster.status()).pipelines[0]?.promotions).toBe(1);
    expect(await championOn('b')).toHaveLength(1);
    expect(await championOn('c')).toEqual([]);
    back();
    await alive('c');
    await cluster.until('the champion is on c', 60, async () => (await championOn('c')).length === 1);
    await cluster.until('nothing waits', 30, async () => (await subscriber('MODEL_DISTRIBUTION')).lag === 0);
    expect(await championOn('b'), 'a node that has it gets nothing').toHaveLength(1);
    // The nodes a and c have `ratings` in the cluster file.
    const [champion] = (await cluster.status()).pipelines;
    await cluster.until('the ratings are on a and c', 60, () => [ratedOn('a'), ratedOn('c')].every((rated) => rated === champion?.champion));
    expect(ratedOn('b')).toBeUndefined();
    await cluster.until('nothing waits', 30, async () => (await subscriber('ELO_SYNC')).lag === 0);
  }, 500_000);

  it('a router that was terminated and a ledger worker that was killed delay the events and lose none', async () => {
    const before = (await subscriber('MODEL_DISTRIBUTION')).delivered;
    await client.workflow.getHandle(workflowIds.daemon('EVENT_ROUTER')).terminate('one click');
    const back = await away('b');
    back();
    await alive('b');
    process.kill(cluster.pid('ledger'), 'SIGKILL');
    await cluster.until('the event is delivered', 120, async () => {
      const { delivered, lag, retried, dead } = await subscriber('MODEL_DISTRIBUTION');
      return delivered === before + 1 && lag + retried + dead === 0;
    });
    const { status } = await client.workflow.getHandle(workflowIds.daemon('EVENT_ROUTER')).describe();
    expect(status.name).toBe('RUNNING');
  }, 300_000);
});
