/** `distribute` copies the champion to every node. The tests check which nodes it waits for, and how long. */
import { ApplicationFailure } from '@temporalio/common';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type DistributeInput, workflowIds } from '../../src/contract/workflows.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { FakeCluster, type Activities } from '../support/time-skipping.ts';

const [b, c] = ['b' as NodeId, 'c' as NodeId];
let cluster: FakeCluster;
// Once an activity has been retried, the clock of the test server no longer jumps ahead. So each test has its own cluster.
beforeEach(async () => void (cluster = await FakeCluster.start()));
afterEach(async () => {
  await cluster.reset();
  await cluster.stop();
});

/** Node c is unreachable in every attempt. */
const transfer: Activities['transfer'] = async ({ target }) => {
  if (target === c) throw ApplicationFailure.retryable('c is unreachable', 'transport.unreachable');
  return { digest: 'd', files: 1, bytes: 1, changed: true, method: 'fake', durationMs: 1 };
};
/** Runs the stage. Returns its result, its duration in seconds, its details and the log of its calls. */
async function distributed(nodes: readonly NodeId[]) {
  const handle = await cluster.start<DistributeInput>('distribute', workflowIds.stage('distribute', 'cf', 1), {
    pipeline: 'cf',
    turn: 1,
    model: { id: 'cf-1', sha256: 'a'.repeat(64), bytes: 1 },
    nodes,
  });
  const answer = await handle.result();
  // The duration comes from the workflow's own times, because the clock of the server jumps ahead when a client calls.
  const { startTime, closeTime } = await handle.describe();
  const seconds = Math.round((Number(closeTime) - Number(startTime)) / 1_000);
  const { currentDetails } = await handle.query<{ readonly currentDetails: string }>('__temporal_workflow_metadata');
  return { answer, seconds, currentDetails, story: await cluster.commandsOf(handle) };
}

it('a node that is known to be unreachable or lost is late from the start: the stage neither copies to it nor waits for it', async () => {
  cluster.answer({ transfer, recordStage: async () => [c] });
  const { answer, seconds, currentDetails, story } = await distributed([b, c]);
  expect(answer).toEqual({ nodes: [b], late: [c] });
  expect(seconds).toBeLessThan(30);
  expect(story).toEqual(['stageChampion@gateway', 'recordStage@ledger', 'child sync/champion-cf/b']);
  expect(currentDetails).toContain('on 1 of 2 nodes');
  expect(currentDetails).toContain('away: **c**');
});

it('the stage ends at once when all nodes are away', async () => {
  cluster.answer({ transfer, recordStage: async () => [b, c] });
  const { answer, seconds, currentDetails } = await distributed([b, c]);
  expect(answer).toEqual({ nodes: [], late: [b, c] });
  expect(seconds).toBeLessThan(30);
  expect(currentDetails).toContain('away: **b, c**');
});

it('the stage waits a minute for a node that went away during the stage; then the node is late, and its sync goes on', async () => {
  cluster.answer({ transfer });
  const { answer, seconds } = await distributed([b, c]);
  expect(answer).toEqual({ nodes: [b], late: [c] });
  expect(seconds).toBeGreaterThanOrEqual(60);
  const sync = cluster.adopt(workflowIds.sync('champion-cf', 'home', c));
  expect((await sync.describe()).status.name).toBe('RUNNING');
});
