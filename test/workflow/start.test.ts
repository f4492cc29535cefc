/** Our clients start these workflows on a real server. After the death of a worker, its workflow task soon goes to another worker. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { workflowTaskTimeout } from '../../src/contract/workflows.ts';
import type { RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { cancelItems } from '../../src/service/item/cancel-items.ts';
import { enqueueItems } from '../../src/service/item/enqueue-items.ts';
import { wishNode } from '../../src/service/node/wish-node.ts';
import { runSync } from '../../src/service/sync/run-sync.ts';
import { startPipeline } from '../../src/service/pipeline/start-pipeline.ts';
import { messageId } from '../../src/service/temporal/message-id.ts';
import { FakeCluster } from '../support/time-skipping.ts';
import { itemId, itemSpec, nodeId } from '../support/item-spec.ts';

let cluster: FakeCluster;
beforeAll(async () => void (cluster = await FakeCluster.start()));
afterEach(() => cluster.reset());
afterAll(() => cluster?.stop());

const items = [itemSpec('x')];
const ids = [itemId('x')];
const wish = { node: nodeId('b'), service: 'draining', reason: 'of a test', by: 'kim@desk' } as const;
const running = { source: 'cluster.yaml', config: { nodes: [], pipelines: [{ name: 'cf' }] } } as unknown as RunningCluster;

it.each<readonly [string, () => Promise<string>]>([
  ['enqueue', () => enqueueItems(cluster.env.client, items).then(() => messageId('enqueue', { items }))],
  [
    'cancel',
    () =>
      cancelItems(cluster.env.client, ids, 'of a test', 'kim@desk').then(() =>
        messageId('cancel', { items: ids, reason: 'of a test', by: 'kim@desk' }),
      ),
  ],
  ['sync', () => runSync(cluster.env.client, { dataset: 'd', source: 'home', target: 'b' }).then(({ workflowId }) => workflowId)],
  ['pipeline', () => startPipeline(cluster.env.client, running, { name: 'cf', turns: 1, nextTurn: 1 }).then(({ workflowId }) => workflowId)],
  ['wishNode', () => wishNode(cluster.env.client, wish).then(() => messageId('wish-node', wish))],
])('%s', async (_, start) => {
  const { events } = await cluster.adopt(await start()).fetchHistory();
  const seconds = Number(events?.[0]?.workflowExecutionStartedEventAttributes?.workflowTaskTimeout?.seconds);
  expect(`${seconds}s`).toBe(workflowTaskTimeout);
});
