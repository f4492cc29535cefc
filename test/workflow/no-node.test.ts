/** A stage whose items no node can take ends after a limited time. The workflows run on the time-skipping server, with the ledger's real activities for items and nodes. */
import { Worker } from '@temporalio/worker';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type PipelineInput, signals, workflowIds } from '../../src/contract/workflows.ts';
import type { PipelineStage } from '../../src/domain/pipeline/stages.ts';
import { itemId, nodeId, nodeView } from '../support/item-spec.ts';
import { eventually } from '../support/eventually.ts';
import { smallPipeline } from '../support/small-pipeline.ts';
import { bundle, FakeCluster } from '../support/time-skipping.ts';
import { ledgerHarness } from '../storage/state-folder.ts';

let cluster: FakeCluster;
beforeAll(async () => void (cluster = await FakeCluster.start()));
afterEach(() => cluster.reset());
afterAll(() => cluster?.stop());

const config = (name: string) => smallPipeline(name, { gamesPerTurn: 2 }, { labels: ['gpu'], slots: 2 });
const able = nodeView('a', { slots: 2, labels: ['gpu'] });
const minute = 60_000;

/** Starts a pipeline whose items are in a real queue, and plays the first of its two items on node `a`. */
async function halfPlayed(name: string) {
  const on = ledgerHarness();
  const { items, chooseItems, enqueue, populate, cancelItems, recordStage } = on.activities;
  cluster.answer({
    items,
    chooseItems,
    enqueue,
    populate,
    cancelItems,
    recordStage,
    payloadTree: async () => ({ dataset: 'payload', digest: 'd'.repeat(64) }),
    beginTurn: async (turn) => {
      const { payload, reruns } = await on.activities.beginTurn(turn);
      return { champion: { id: 'random' }, payload, ...(reruns === undefined ? {} : { reruns }) };
    },
  });
  await on.activities.recordNodes({ nodes: [able, nodeView('b', { slots: 4 })] });
  const handle = await cluster.start<PipelineInput>('pipeline', workflowIds.pipeline(name), {
    v: 1,
    config: config(name),
    nodes: [nodeId('a')],
    turn: 1,
    turnsLeft: 1,
    paused: false,
    failures: 0,
  });
  const claim = (item: string): Promise<unknown> =>
    eventually(`${item} started`, async () => {
      await on.activities.claim({ open: [] });
      return on.started.some(({ job }) => job.item === item);
    });
  const begin = (item: string) =>
    on.activities.beginJob({ job: { item: itemId(item), epoch: 1 }, node: nodeId('a'), workflowId: `job/${item}/1`, runId: 'r' });
  const end = async (item: string): Promise<void> => {
    const job = { item: itemId(item), epoch: 1 };
    const closed = await on.activities.closeJob({
      job,
      node: nodeId('a'),
      outcome: { type: 'completed', result: {}, files: [{ path: 'games.ndjson', bytes: 1, sha256: 'a'.repeat(64) }] },
    });
    expect(closed.accepted).toBe(true);
  };
  const play = async (item: string): Promise<void> => {
    await claim(item);
    await begin(item);
    await end(item);
  };
  await cluster.called('populate', 1);
  await play(`${name}.1.self-play.0`);
  return { on, handle, claim, begin, end, play };
}

const entries = (wanted: PipelineStage) => cluster.inputs('recordStage').filter((one) => one.stage === wanted);
const lastFailure = () => entries('failed').at(-1);

it('the turn ends after ten minutes without a node for its items, and the pipeline pauses with their need and the ways out; a resume plays only the rest', async () => {
  const { on, handle, play } = await halfPlayed('short');
  await on.activities.recordNodes({ nodes: [nodeView('a', { slots: 2 }), nodeView('b', { slots: 1, labels: ['gpu'] })] });
  await cluster.env.sleep(5 * minute);
  const because = 'no node of the cluster file has 2 slots and the label gpu (b has 1 slot, a lacks gpu)';
  expect(entries('self-play').at(-1)?.detail).toBe(`waits for a node, because ${because}; the pipeline pauses when this lasts 10 minutes`);
  expect(entries('failed')).toEqual([]);
  await cluster.env.sleep(10 * minute);
  await eventually('the pause', () => lastFailure()?.standing?.wish?.wish === 'paused');
  expect(lastFailure()?.failure).toMatchObject({
    code: 'pipeline.no-node',
    message: expect.stringMatching(
      /^Cannot go on with self-play of turn 1 of short because short\.1\.self-play\.1 waited 1\d minutes for a node, and no node of the cluster file has 2 slots and the label gpu/,
    ) as string,
    hint: { run: 'ringmaster pipeline skip short' },
    fields: { pipeline: 'short', turn: 1, stage: 'self-play', item: 'short.1.self-play.1' },
  });
  expect(on.ledgers.queue.stateOf(itemId('short.1.self-play.1'))).toBe('cancelled');

  await on.activities.recordNodes({ nodes: [able] });
  await handle.signal(signals.resume, {});
  await play('short.1.self-play.1r1');
  await cluster.env.sleep(20 * minute);
  await cluster.called('gamesAway', 1);
  const spec = (id: string) => {
    const row = on.ledgers.queue.row(id);
    return row === undefined ? undefined : { ...on.ledgers.queue.spec(row.seq), id: '' };
  };
  expect(spec('short.1.self-play.1r1')).toEqual(spec('short.1.self-play.1'));
  expect(on.started.map(({ job }) => job.item)).toEqual(['short.1.self-play.0', 'short.1.self-play.1r1']);
  // The history of a stage that waited, ended and ran again replays.
  const history = await cluster.client.workflow.getHandle(workflowIds.stage('self-play', 'short', 1)).fetchHistory();
  await Worker.runReplayHistory({ workflowBundle: { codePath: bundle } }, history);
});

it('a turn whose nodes are away waits a day and says so; an item that a node takes in time does not end the turn', async () => {
  const { on, play } = await halfPlayed('away');
  await on.activities.recordNodes({ nodes: [{ ...able, state: 'lost' }] });
  await cluster.env.sleep(20 * 60 * minute);
  expect(entries('self-play').at(-1)?.detail).toBe(
    'waits for a node, because every node with 2 slots and the label gpu is away (a is lost); the pipeline pauses when this lasts 24 hours',
  );
  await on.activities.recordNodes({ nodes: [able] });
  await cluster.env.sleep(20 * minute);
  expect(entries('self-play').at(-1)?.detail).toBe('a node can run the items again');
  await on.activities.recordNodes({ nodes: [{ ...able, state: 'unreachable' }] });
  await cluster.env.sleep(20 * 60 * minute);
  expect(entries('failed')).toEqual([]);
  await on.activities.recordNodes({ nodes: [able] });
  await play('away.1.self-play.1');
  await cluster.env.sleep(20 * minute);
  await cluster.called('gamesAway', 1);
  expect(entries('failed')).toEqual([]);
});

it('a turn whose nodes are all cordoned for a day ends, and its pipeline pauses', async () => {
  const { on } = await halfPlayed('held');
  await on.activities.wishNode({ node: nodeId('a'), service: 'cordoned', by: 'kim@desk', reason: 'a new fan', force: true });
  await cluster.env.sleep(25 * 60 * minute);
  await eventually('the pause', () => lastFailure()?.standing?.wish?.wish === 'paused');
  expect(lastFailure()?.failure).toMatchObject({
    code: 'pipeline.no-node',
    message: expect.stringContaining('every node with 2 slots and the label gpu is away (a is cordoned)') as string,
  });
});

it.each(['claimed', 'running'] as const)(
  'a turn whose %s job is on a node without an answer ends after a day; the job stays, and a resume takes its result',
  async (state) => {
    const { on, handle, claim, begin, end } = await halfPlayed(state);
    const item = `${state}.1.self-play.1`;
    const stays = () => {
      const { state: now, cancel_requested, epoch } = on.ledgers.queue.row(itemId(item)) ?? {};
      expect({ now, cancel_requested, epoch }).toEqual({ now: state, cancel_requested: 0, epoch: 1 });
      expect(on.signals.filter(({ signal }) => signal.startsWith(signals.cancel))).toEqual([]);
    };
    await claim(item);
    if (state === 'running') await begin(item);
    await on.activities.recordNodes({ nodes: [{ ...able, state: 'unreachable' }] });
    await cluster.env.sleep(20 * 60 * minute);
    expect(entries('self-play').at(-1)?.detail).toBe(
      'waits for a node, because the job is on a, which is unreachable; the pipeline pauses when this lasts 24 hours',
    );
    expect(entries('failed')).toEqual([]);
    await cluster.env.sleep(5 * 60 * minute);
    await eventually('the pause', () => lastFailure()?.standing?.wish?.wish === 'paused');
    expect(lastFailure()?.failure).toMatchObject({
      code: 'pipeline.no-node',
      message: expect.stringMatching(/because \S+\.1 waited 14\d\d minutes for a node, and the job is on a, which is unreachable/) as string,
      hint: { say: expect.stringContaining(`ringmaster node lost a`) as string },
      fields: { item },
    });
    stays();

    await handle.signal(signals.resume, {});
    await cluster.called('populate', 2);
    await on.activities.recordNodes({ nodes: [able] });
    stays();
    await begin(item);
    await end(item);
    await cluster.env.sleep(20 * minute);
    await cluster.called('gamesAway', 1);
    expect(on.started.map(({ job }) => job.item)).toEqual([`${state}.1.self-play.0`, item]);
  },
);

it('a turn that is given up leaves no job, also on a node without an answer', async () => {
  const { on, claim, begin } = await halfPlayed('given-up');
  const item = itemId('given-up.1.self-play.1');
  await claim(item);
  await begin(item);
  await on.activities.recordNodes({ nodes: [{ ...able, state: 'unreachable' }] });
  await on.activities.recordStage({ pipeline: 'given-up', turn: 1, stage: 'skipped', detail: '' });
  expect(on.ledgers.queue.row(item)?.cancel_requested).toBe(1);
});
