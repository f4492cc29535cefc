/** The pipeline entity runs real turns, whose jobs complete at once. */
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ClosedItem } from '../../src/domain/item/closed-item.ts';
import { type PipelineInput, type PipelineRunSignal, signals, workflowIds } from '../../src/contract/workflows.ts';
import { failureRecord } from '../../src/domain/failure/record.ts';
import type { ItemId, NodeId } from '../../src/domain/ids.ts';
import type { PipelineStage } from '../../src/domain/pipeline/stages.ts';
import { smallPipeline } from '../support/small-pipeline.ts';
import { type Activities } from '../support/quiet-activities.ts';
import { FakeCluster } from '../support/time-skipping.ts';
import { eventually } from '../support/eventually.ts';

let cluster: FakeCluster;
beforeAll(async () => void (cluster = await FakeCluster.start()));
afterEach(() => cluster.reset());
afterAll(() => cluster?.stop());

/** With these activities, every requested item has already completed. Its result is one pair, and its output is a model. */
const done: Partial<Activities> = {
  populate: async ({ pipeline, turn }) => ({ items: [`${pipeline}.${turn}.self-play.0` as ItemId], added: 1 }),
  items: async ({ items }) =>
    items.map((item): ClosedItem => {
      const files = [{ path: 'model', bytes: 1, sha256: 'b'.repeat(64) }];
      return {
        item,
        state: 'completed',
        kind: 'train',
        node: 'b' as NodeId,
        outcome: { type: 'completed', files, result: { pairs: [{ index: 0, opening: 0, scores: [1, 1] }] } },
      };
    }),
};

const start = (name: string, changes: Partial<PipelineInput> = {}) =>
  cluster.start<PipelineInput>('pipeline', workflowIds.pipeline(name), {
    v: 1,
    config: smallPipeline(name),
    nodes: ['b' as NodeId],
    turn: 1,
    turnsLeft: 0,
    paused: false,
    failures: 0,
    ...changes,
  });
const turns = (count: number): PipelineRunSignal => ({ turns: count });
const entries = (wanted: PipelineStage): number[] =>
  cluster
    .inputs('recordStage')
    .filter((one) => one.stage === wanted)
    .map((one) => one.turn);
const reached = (wanted: PipelineStage, list: readonly number[]) =>
  eventually(`${wanted}: turns ${list.join(', ')}`, () => entries(wanted).length >= list.length);
const runIdOf = async (name: string) => (await cluster.env.client.workflow.getHandle(workflowIds.pipeline(name)).describe()).runId;

describe('a pipeline', () => {
  it('waits for a payload that is missing, says so once, and goes on when it is there', async () => {
    const record = failureRecord('sync.source-missing', { cannot: 'copy it', because: 'it does not exist', hint: { say: 'the folder' } });
    const missing = ApplicationFailure.create({ type: record.code, message: record.message, nonRetryable: true, details: [record] });
    let looks = 0;
    cluster.answer({
      ...done,
      payloadTree: async () => {
        looks += 1;
        if (looks <= 3) throw missing;
        return { dataset: 'payload', digest: 'd'.repeat(64) };
      },
    });
    await start('without', { turnsLeft: 1 });
    await cluster.env.sleep('10 minutes');
    await reached('done', [1]);
    const details = cluster.inputs('recordStage').map(({ detail }) => detail);
    expect(details.filter((detail) => detail === 'waits for its payload: Cannot copy it because it does not exist')).toHaveLength(1);
    expect([looks, entries('failed')]).toEqual([4, []]);
  });

  it('rests until `run`, plays the requested turns, rests while paused, and continues after `resume`', async () => {
    cluster.answer(done);
    const handle = await start('steered');
    await reached('idle', [0]);
    expect(entries('done')).toEqual([]);
    await handle.signal(signals.run, turns(1));
    await reached('idle', [0, 1]);
    expect(entries('done')).toEqual([1]);
    await handle.signal(signals.pause);
    await handle.signal(signals.resume);
    await handle.signal(signals.pause);
    await handle.signal(signals.run, turns(1));
    await reached('done', [1, 2]);
    await eventually('the last rest', () => entries('idle').at(-1) === 2);
    expect(entries('done')).toEqual([1, 2]);
  });

  it('gives a turn the values with which the turn began: games, exploration, and intensity of the training', async () => {
    const begun = { ...smallPipeline('steady'), gamesPerTurn: 7, exploration: 0.3, intensity: 1.5 };
    const payload = { dataset: 'payload-steady', digest: 'd'.repeat(64) };
    cluster.answer({ ...done, beginTurn: async () => ({ champion: { id: 'steady-random' }, payload, config: begun }) });
    await start('steady', { turnsLeft: 1 });
    await reached('done', [1]);
    expect(cluster.inputs('populate')).toMatchObject([{ wantedGames: 7, request: { exploration: 0.3 } }]);
    const trainings = cluster.inputs('enqueue').flatMap(({ items }) => items.filter(({ kind }) => kind === 'train'));
    expect(trainings.map(({ request }) => request)).toMatchObject([{ intensity: 1.5 }]);
  });

  it('starts no turn while it is paused', async () => {
    cluster.answer(done);
    const handle = await start('paused', { turnsLeft: 1, paused: true });
    await reached('paused', [0]);
    await cluster.env.sleep('1h');
    expect(entries('done')).toEqual([]);
    await handle.signal(signals.resume);
    await reached('done', [1]);
    expect((await handle.describe()).status.name).toBe('RUNNING');
  });

  it('a turn waits a day for a daemon that was stopped, with a bounded number of looks; then the pipeline pauses and says why', async () => {
    const missing = [{ id: 'QUEUE_POPULATOR', state: 'stopped', because: 'ada@home stopped it (quiet)' }] as const;
    cluster.answer({ ...done, daemonsNotRunning: async () => ({ missing }) });
    const handle = await start('waits-for-daemon', { turnsLeft: 1 });
    await cluster.called('daemonsNotRunning', 1);
    await cluster.env.sleep('12h');
    expect(entries('failed')).toEqual([]);
    const { length } = entries('self-play');
    expect(length).toBe(1);
    await cluster.env.sleep('13h');
    await reached('failed', [1, 1]);
    expect(cluster.inputs('daemonsNotRunning').length).toBeLessThan(250);
    expect(cluster.inputs('recordStage').findLast(({ stage: at }) => at === 'failed')).toMatchObject({
      standing: { wish: { wish: 'paused' } },
      failure: {
        code: 'daemon.not-running',
        message: expect.stringContaining('QUEUE_POPULATOR, which is stopped for 24 hours: ada@home stopped it (quiet)') as string,
        hint: { run: 'ringmaster daemon start QUEUE_POPULATOR' },
      },
    });
    cluster.answer(done);
    await handle.signal(signals.resume, {});
    await reached('done', [1]);
  });

  it('pauses after three failed turns; after `resume` it continues as new with its turn and the turns left', async () => {
    let torn = true;
    cluster.answer({
      ...done,
      beginTurn: async ({ turn, payload }) => {
        if (torn && turn === 2) throw ApplicationFailure.create({ message: 'the ledger is torn', type: 'ledger.corrupt', nonRetryable: true });
        return { champion: { id: 'random' }, payload };
      },
    });
    const handle = await start('failing', { turnsLeft: 3 });
    const firstRun = await runIdOf('failing');
    await reached('failed', [2]);
    await cluster.env.sleep('3s');
    await reached('failed', [2, 2]);
    await cluster.env.sleep('5s');
    await reached('failed', [2, 2, 2]);
    await cluster.env.sleep('1h');
    // The last record says that the pipeline is paused, and why.
    expect(entries('failed')).toEqual([2, 2, 2, 2]);
    expect(cluster.inputs('recordStage').findLast(({ stage: at }) => at === 'failed')?.standing).toMatchObject({
      nextTurn: 2,
      wish: { wish: 'paused', by: 'ringmaster', reason: 'the turn failed 3 times in a row' },
    });
    expect((await handle.describe()).searchAttributes).toMatchObject({ LifecycleState: ['paused'], FailureCode: ['ledger.corrupt'] });

    torn = false;
    await handle.signal(signals.resume);
    // The fifth attempt at a turn ends the run of the workflow. The next run knows that turn 3 is still to be done.
    await reached('idle', [3]);
    expect(entries('done')).toEqual([1, 2, 3]);
    expect(await runIdOf('failing')).not.toBe(firstRun);
    expect(entries('idle')).toEqual([3]);
  });

  it('a pause with an end is over by itself', async () => {
    cluster.answer(done);
    const handle = await start('for-an-hour', { turnsLeft: 0 });
    await reached('idle', [0]);
    await handle.signal(signals.pause, { untilMs: (await cluster.env.currentTimeMs()) + 3_600_000 });
    await reached('paused', [0]);
    await handle.signal(signals.pause, { untilMs: (await cluster.env.currentTimeMs()) + 3_600_000 });
    await cluster.env.sleep('2h');
    await reached('idle', [0, 0]);
    expect(cluster.inputs('recordStage').findLast(({ stage: at }) => at === 'idle')?.standing?.wish?.wish).toBe('running');
    // The clock of the ledger is a day ahead of the clock of the server.
    await handle.signal(signals.pause, { untilMs: (await cluster.env.currentTimeMs()) + 86_400_000, forMs: 3_600_000 });
    await reached('paused', [0, 0, 0]);
    await cluster.env.sleep('2h');
    await reached('idle', [0, 0, 0]);
  });

  it('a pause of a pipeline that was lost lasts on by its length', async () => {
    cluster.answer(done);
    const wish = { wish: 'paused', by: 'kim@desk', reason: 'a look', sinceMs: 1, untilMs: (await cluster.env.currentTimeMs()) + 86_400_000 } as const;
    await start('lost-pause', { turnsLeft: 0, paused: true, wish, pauseForMs: 3_600_000 });
    await reached('paused', [0]);
    expect(entries('idle')).toEqual([]);
    await cluster.env.sleep('2h');
    await reached('idle', [0]);
  });

  it('a cancelled job ends the turn: the pipeline is paused, and no replacement undoes the cancellation', async () => {
    const failure = { code: 'job.cancelled', class: 'cancelled', message: 'm', fields: { by: 'kim@desk', reason: 'bad data' }, chain: [] } as const;
    cluster.answer({
      ...done,
      items: async ({ items }) =>
        items.map((item): ClosedItem => ({
          item,
          state: item.includes('.train.') ? 'cancelled' : 'completed',
          kind: 'train',
          ...(item.includes('.train.') ? { outcome: { type: 'failed', failure } } : {}),
        })),
    });
    await start('cancelled', { turnsLeft: 1 });
    await reached('paused', [1]);
    await cluster.env.sleep('1h');
    expect(entries('paused')).toEqual([1]);
    expect(entries('train')).toEqual([1]);
    expect(cluster.inputs('recordStage').findLast(({ stage: at }) => at === 'paused')).toMatchObject({
      failure: { code: 'pipeline.cancelled' },
      standing: { wish: { wish: 'paused', by: 'kim@desk', reason: expect.stringMatching(/^cancelled\.1\.train\..* was cancelled: bad data$/) } },
    });
  });

  it('a pause with `now` interrupts the turn, cancels what it left, and `resume` runs the turn again with the present payload', async () => {
    const gate = cluster.gate();
    cluster.answer({ ...done, gamesAway: async () => (await gate.held(), { nodes: [], gone: [] }) });
    const handle = await start('interrupted', { turnsLeft: 1 });
    await cluster.called('gamesAway', 1);
    await handle.signal(signals.pause, { now: true, by: 'kim@desk', reason: 'a test' });
    await reached('paused', [1]);
    expect(cluster.inputs('recordStage').findLast(({ stage: at }) => at === 'paused')).toMatchObject({
      turn: 1,
      standing: { nextTurn: 1, turnsLeft: 1, wish: { wish: 'paused', by: 'kim@desk', reason: 'a test', now: true } },
    });
    expect(entries('done')).toEqual([]);
    cluster.answer(done);
    await handle.signal(signals.resume, {});
    await reached('done', [1]);
    expect(cluster.inputs('beginTurn').map(({ again }) => again)).toEqual([undefined, {}]);
  });

  it('a turn whose daemon has failed ends at once: the pipeline pauses, names the daemon and the cure, and goes on after `resume`', async () => {
    const because = 'its work failed: Cannot read a ledger because it is damaged';
    const missing = [{ id: 'EVALUATION', state: 'failed', because, failed: { id: 'EVALUATION', because, code: 'ledger.corrupt' } }] as const;
    cluster.answer({ ...done, daemonsNotRunning: async ({ daemons }) => ({ missing: daemons.includes('EVALUATION') ? missing : [] }) });
    const handle = await start('needs-daemon', { turnsLeft: 1 });
    await reached('failed', [1, 1]);
    const record = cluster.inputs('recordStage').findLast(({ stage: at }) => at === 'failed');
    expect(record).toMatchObject({
      standing: { turnsLeft: 1, wish: { wish: 'paused', by: 'ringmaster' } },
      failure: {
        code: 'daemon.not-running',
        message: `Cannot begin evaluate of turn 1 of needs-daemon because it needs EVALUATION, and EVALUATION has failed (ledger.corrupt): ${because}`,
        hint: { run: 'ringmaster daemon reset EVALUATION' },
      },
    });
    cluster.answer(done);
    await handle.signal(signals.resume, {});
    await reached('done', [1]);
  });

  it('`stop` forgets the turns that were asked for, and `run` asks for others', async () => {
    const gate = cluster.gate();
    cluster.answer({ ...done, gamesAway: async () => (await gate.held(), { nodes: [], gone: [] }) });
    const handle = await start('stopped', { turnsLeft: 5 });
    await cluster.called('gamesAway', 1);
    await handle.signal(signals.stop, { by: 'kim@desk', reason: 'enough' });
    cluster.answer(done);
    gate.open();
    await reached('stopped', [1]);
    expect(cluster.inputs('recordStage').findLast(({ stage: at }) => at === 'stopped')?.standing).toMatchObject({ nextTurn: 2, turnsLeft: 0 });
    await handle.signal(signals.run, turns(1));
    await reached('done', [1, 2]);
    expect(entries('done')).toEqual([1, 2]);
  });

  it('`skip` with `now` gives a turn up that is under way, and the next turn begins', async () => {
    const gate = cluster.gate();
    cluster.answer({ ...done, gamesAway: async () => (await gate.held(), { nodes: [], gone: [] }) });
    const handle = await start('skipped', { turnsLeft: 2 });
    await cluster.called('gamesAway', 1);
    cluster.answer(done);
    await handle.signal(signals.skip, { by: 'kim@desk', reason: 'of no use' });
    await handle.signal(signals.skip, { now: true, by: 'kim@desk', reason: 'of no use' });
    await reached('done', [2]);
    expect(entries('skipped')).toEqual([1]);
    expect(entries('done')).toEqual([2]);
  });
});
