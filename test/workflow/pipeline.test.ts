/** The pipeline entity runs real turns, whose jobs complete at once. */
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ClosedItem } from '../../src/domain/item/closed-item.ts';
import { type PipelineInput, type PipelineRunSignal, signals, workflowIds } from '../../src/contract/workflows.ts';
import type { ItemId, NodeId } from '../../src/domain/ids.ts';
import type { PipelineConfig, StageConfig } from '../../src/domain/pipeline/pipeline.ts';
import type { PipelineStage } from '../../src/domain/pipeline/stages.ts';
import { FakeCluster, type Activities } from '../support/time-skipping.ts';
import { eventually } from '../support/eventually.ts';

let cluster: FakeCluster;
beforeAll(async () => void (cluster = await FakeCluster.start()));
afterEach(() => cluster.reset());
afterAll(() => cluster?.stop());

const stage: StageConfig = {
  command: ['true'],
  limits: { runSecondsMax: 60, silentSecondsMax: 60 },
  attemptsMax: 1,
  labels: [],
  slots: 1,
  env: {},
};
const config = (name: string): PipelineConfig => ({
  name,
  payload: '/payload',
  seed: 1,
  turns: 0,
  gamesPerTurn: 1,
  gamesPerItem: 1,
  windowTurns: 1,
  exploration: 0,
  selfPlay: stage,
  train: stage,
  evaluate: stage,
  gate: { elo0: 0, elo1: 50, alpha: 0.05, beta: 0.05, pairsMax: 1, pairsPerItem: 1 },
});

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
    config: config(name),
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
    await reached('idle', [0, 1, 2]);
    expect(entries('done')).toEqual([1, 2]);
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
    expect(entries('failed')).toEqual([2, 2, 2]);
    expect((await handle.describe()).searchAttributes).toMatchObject({ LifecycleState: ['paused'], FailureCode: ['ledger.corrupt'] });

    torn = false;
    await handle.signal(signals.resume);
    // The fifth attempt at a turn ends the run of the workflow. The next run knows that turn 3 is still to be done.
    await reached('idle', [3]);
    expect(entries('done')).toEqual([1, 2, 3]);
    expect(await runIdOf('failing')).not.toBe(firstRun);
    expect(entries('idle')).toEqual([3]);
  });
});
