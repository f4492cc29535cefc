/** `distribute` waits until every node has the champion. The tests check which nodes it waits for, and how long. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type DistributeInput, workflowIds } from '../../src/contract/workflows.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { copiesWaitMs } from '../../src/domain/limits.ts';
import { type Activities } from '../support/quiet-activities.ts';
import { FakeCluster } from '../support/time-skipping.ts';

const [b, c] = ['b' as NodeId, 'c' as NodeId];
let cluster: FakeCluster;
// Once an activity has been retried, the clock of the test server no longer jumps ahead. So each test has its own cluster.
beforeEach(async () => void (cluster = await FakeCluster.start()));
afterEach(async () => {
  await cluster.reset();
  await cluster.stop();
});

/** The ledger says that these nodes have the champion after so many looks. */
const copies = (has: readonly NodeId[], looks: number, failed: readonly NodeId[] = []): Partial<Activities> => {
  let looked = 0;
  return {
    copiesOf: async () => {
      looked += 1;
      return looked > looks ? { has, failed } : { has: [], failed: [] };
    },
  };
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

it('the stage notes the version, wakes the daemon, and ends when the ledger says that the nodes have the champion', async () => {
  cluster.answer({ ...copies([b], 2), recordStage: async () => [c] });
  const { answer, seconds, currentDetails, story } = await distributed([b, c]);
  expect(answer).toEqual({ nodes: [b], late: [c] });
  expect(seconds).toBeLessThan(30);
  expect(story).toEqual([
    'stageChampion@gateway',
    'recordStage@ledger',
    'noteVersion@ledger',
    'wake→daemon/MODEL_DISTRIBUTION',
    ...Array.from({ length: 3 }, () => 'copiesOf@ledger'),
  ]);
  const champion = { dataset: 'champion-cf', version: 'cf-1 aaaaaaaaaaaa' };
  expect([cluster.inputs('noteVersion'), cluster.inputs('copiesOf').at(-1)]).toEqual([[champion], { ...champion, awaiting: [b] }]);
  expect(currentDetails).toContain('on 1 of 2 nodes');
  expect(currentDetails).toContain('away: **c**');
});

it('the stage ends at once when all nodes are away', async () => {
  cluster.answer({ recordStage: async () => [b, c] });
  const { answer, seconds, currentDetails } = await distributed([b, c]);
  expect(answer).toEqual({ nodes: [], late: [b, c] });
  expect(seconds).toBeLessThan(30);
  expect(currentDetails).toContain('away: **b, c**');
});

it('a node to which the push fails is late, and the stage does not wait for it', async () => {
  cluster.answer(copies([b], 1, [c]));
  const { answer, seconds, currentDetails } = await distributed([b, c]);
  expect(answer).toEqual({ nodes: [b], late: [c] });
  expect(seconds).toBeLessThan(30);
  expect(currentDetails).toContain('failed: **c**');
});

it('the stage waits a minute for a node that went away during the stage; then the node is late', async () => {
  cluster.answer(copies([b], 0));
  const { answer, seconds } = await distributed([b, c]);
  expect(answer).toEqual({ nodes: [b], late: [c] });
  // A look at the faked ledger ends at once. A look at a real ledger waits.
  const lookedSeconds = (cluster.inputs('copiesOf').length * copiesWaitMs) / 1_000;
  expect(seconds + lookedSeconds).toBeGreaterThanOrEqual(60);
});
