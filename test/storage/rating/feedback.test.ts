/** The values that follow the results, in `elo.db`. */
import { expect, onTestFinished, test } from 'vitest';
import type { PipelineConfig } from '../../../src/domain/pipeline/pipeline.ts';
import { openReadModel } from '../../../src/storage/read/read-ledgers.ts';
import { ledgerHarness, type LedgerHarness } from '../state-folder.ts';

const bounds = { exploration: { min: 0, max: 0.4 }, intensity: { min: 0.5, max: 2 } };
const config = { name: 'cf', seed: 1, gamesPerTurn: 60, exploration: 0.1, feedback: bounds } as unknown as PipelineConfig;
const begin = (on: LedgerHarness, turn: number, present: PipelineConfig = config) =>
  on.activities.beginTurn({ pipeline: 'cf', turn, payload: { dataset: 'payload-cf', digest: 'd' }, config: present });
const change = (to: number, from = 0.1) => ({ key: 'exploration' as const, from, to, reason: `because of ${to}` });
const modelOf = (on: LedgerHarness) => {
  const model = openReadModel(on.folder);
  onTestFinished(() => model.close());
  return model;
};
const outboxOf = (on: LedgerHarness) =>
  on.ledgers.ratings.ledger
    .statement<{ event: string }>('SELECT event FROM outbox ORDER BY seq')
    .all()
    .map(({ event }) => JSON.parse(event) as { readonly id: string; readonly type: string; readonly cause?: string; readonly payload: object });

test('a change holds from the next turn, a turn that has begun keeps its values, and neither counts as a change of the cluster file', async () => {
  const on = ledgerHarness();
  expect((await begin(on, 1)).config).toEqual({ ...config, intensity: 1 });
  await on.activities.adjustValues({ pipeline: 'cf', turn: 1, changes: [change(0.15)] });
  expect((await begin(on, 1)).config?.exploration).toBe(0.1);
  await on.activities.recordStage({ pipeline: 'cf', turn: 1, stage: 'train', detail: '' });
  expect(modelOf(on).status().pipelines[0]?.begun?.kept).toEqual([]);
  expect((await begin(on, 2)).config).toMatchObject({ exploration: 0.15, gamesPerTurn: 60, intensity: 1 });
  const { feedback: _none, ...fixed } = config;
  expect((await begin(on, 3, fixed)).config).toEqual(fixed);
});

test('a change stands once, with its event, and the values are there after a restart', async () => {
  const on = ledgerHarness();
  for (const to of [0.15, 0.9]) await on.activities.adjustValues({ pipeline: 'cf', turn: 1, changes: [change(to)] });
  await on.activities.adjustValues({ pipeline: 'cf', turn: 2, changes: [change(0.2, 0.15)] });
  await on.activities.adjustValues({ pipeline: 'cf', turn: 1, changes: [change(0.15)] });
  expect(modelOf(on).reachedValues('cf')).toEqual({ exploration: 0.2 });
  expect(outboxOf(on).map(({ type, payload }) => ({ type, payload }))).toEqual([
    { type: 'ADAPTIVE_PARAMS_CHANGED', payload: { pipeline: 'cf', turn: 1, value: 'exploration', from: 0.1, to: 0.15, reason: 'because of 0.15' } },
    { type: 'ADAPTIVE_PARAMS_CHANGED', payload: { pipeline: 'cf', turn: 2, value: 'exploration', from: 0.15, to: 0.2, reason: 'because of 0.2' } },
  ]);
  const again = ledgerHarness({ folder: on.folder });
  expect((await begin(again, 3)).config?.exploration).toBe(0.2);
});

test('the status shows each value that follows the results, with its bounds and the reason', async () => {
  const on = ledgerHarness();
  await begin(on, 1);
  await on.activities.adjustValues({ pipeline: 'cf', turn: 1, changes: [change(0.15)] });
  await on.activities.recordStage({ pipeline: 'cf', turn: 1, stage: 'done', detail: '' });
  expect(modelOf(on).status().pipelines[0]?.feedback).toEqual([
    { key: 'exploration', value: 0.15, min: 0, max: 0.4, turn: 1, reason: 'because of 0.15' },
    { key: 'intensity', value: 1, min: 0.5, max: 2 },
  ]);
});

test('a result has the verdict, the share of the points and the values of its turn, and the verdict is the cause of the change', async () => {
  const on = ledgerHarness();
  const model = modelOf(on);
  for (const turn of [1, 2]) {
    await begin(on, turn);
    const sha256 = String(turn).repeat(64);
    const lineage = { trainingSet: 's'.repeat(64), parent: 'cf-random', seed: 1, payloadDigest: 'd' };
    const candidate = await on.activities.registerModel({ pipeline: 'cf', turn, sha256, bytes: 1, ...lineage });
    const pairs = [
      { index: 0, opening: 0, scores: [1, 0.5] },
      { index: 1, opening: 1, scores: [0, 0] },
    ] as const;
    await on.activities.promote({ pipeline: 'cf', turn, candidate: candidate.id, champion: 'cf-random', verdict: 'reject', llr: -turn, pairs });
  }
  expect(model.turnResults('cf', 2).map(({ turn, promoted, score, llr }) => ({ turn, promoted, score, llr }))).toEqual([
    { turn: 2, promoted: false, score: 0.375, llr: -2 },
    { turn: 1, promoted: false, score: 0.375, llr: -1 },
  ]);
  expect(model.turnResults('cf', 1)[0]?.used).toMatchObject({ exploration: 0.1, intensity: 1 });
  await on.activities.adjustValues({ pipeline: 'cf', turn: 2, changes: [change(0.15)] });
  const events = outboxOf(on);
  const verdict = events.findLast(({ type }) => type === 'PROMOTION_REJECTED');
  expect(events.at(-1)).toMatchObject({ type: 'ADAPTIVE_PARAMS_CHANGED', cause: verdict?.id });
});
