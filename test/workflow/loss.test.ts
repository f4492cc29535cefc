/** A node is lost while a job runs on it. The dispatcher and the job use a real ledger. Only the machines are fakes. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createLedgerActivities } from '../../activities/ledger/index.ts';
import { type DispatcherInput, type NodeLostSignal, signals, workflowIds } from '../../src/contract/workflows.ts';
import { jobWorkflowId } from '../../src/domain/ids.ts';
import { wishNode } from '../../src/service/node/wish-node.ts';
import { ledgerHarness } from '../storage/state-folder.ts';
import { itemSpec, nodeId, nodeView } from '../support/item-spec.ts';
import { eventually } from '../support/eventually.ts';
import { FakeCluster } from '../support/time-skipping.ts';

let cluster: FakeCluster;
beforeAll(async () => void (cluster = await FakeCluster.start()));
afterEach(() => cluster.reset());
afterAll(() => cluster?.stop());

const [a, b] = [nodeId('a'), nodeId('b')];
const views = (stateOfA: 'suspect' | 'alive', stateOfB: 'alive' | 'lost' | 'unreachable') => ({
  nodes: [nodeView('a', { slots: 1, state: stateOfA }), nodeView('b', { slots: 1, state: stateOfB })],
});

/** Starts a dispatcher and an item `x` on node `b`. From then on, node `a` is alive and `b` is in the given state. Node `b` never replies to a stop. */
async function runningOnB(stateOfB: 'lost' | 'unreachable') {
  const on = ledgerHarness();
  const { client } = cluster.env;
  const never = cluster.gate();
  const activities = createLedgerActivities({
    ...on.dependencies,
    workflows: {
      ...on.dependencies.workflows,
      isClosed: async () => false,
      startJob: async (step) => void (await cluster.start('job', jobWorkflowId(step.job), step).catch(() => undefined)),
      signal: (id, name, payload) =>
        client.workflow
          .getHandle(id)
          .signal(name, payload)
          .catch(() => undefined),
    },
  });
  cluster.answer({
    ...activities,
    awaitJob: async () => {
      await never.held();
      return { type: 'completed', manifest: { v: 1, files: [], result: {} } };
    },
    // Node b never replies, so the stop of its job does not end.
    stopJob: async () => {
      await never.held();
      return { stopped: 0 };
    },
  });
  await on.activities.recordNodes(views('suspect', 'alive'));
  await on.activities.enqueue({ items: [itemSpec('x')] });
  const dispatcher = await cluster.start<DispatcherInput>('dispatcher', workflowIds.dispatcher, { v: 2, open: [], reconciledAtMs: 0 });
  await cluster.called('awaitJob', 1);

  await on.activities.recordNodes(views('alive', stateOfB));
  await dispatcher.signal(signals.wake);
  await cluster.called('claim', 2);
  return dispatcher;
}

const tries = () => cluster.inputs('launchJob').map(({ job, node }) => [job.epoch, node]);
const both = [
  [1, b],
  [2, a],
];

it('the item of a lost node starts in a free slot of another node at once, although the lost job keeps its own slot', async () => {
  const dispatcher = await runningOnB('lost');
  await dispatcher.signal<[NodeLostSignal]>(signals.nodeLost, { node: b, evidence: 'silent' });
  await eventually('the second try', () => cluster.inputs('launchJob').length === 2);
  expect(tries()).toEqual(both);
});

it('the item of a node that an operator declares lost starts elsewhere at once', async () => {
  await runningOnB('unreachable');
  const reply = await wishNode(cluster.env.client, { node: b, service: 'lost', reason: 'burned', by: 'kim@desk' });
  expect(reply).toMatchObject({ changed: true, openJobs: [{ item: 'x', epoch: 1 }] });
  await eventually('the second try', () => cluster.inputs('launchJob').length === 2);
  expect(tries()).toEqual(both);
});
