import { expect, it } from 'vitest';
import type { PipelineConfig } from '../../../src/domain/pipeline/pipeline.ts';
import { openReadModel } from '../../../src/storage/read/read-ledgers.ts';
import { ledgerHarness } from '../state-folder.ts';

const config = { name: 'cf', seed: 1, gamesPerTurn: 60 } as unknown as PipelineConfig;
const payload = (digest: string) => ({ dataset: 'payload-cf', digest });

it('a turn keeps its values, takes a mended payload when an operator runs it again, and shows which digest was replaced', async () => {
  const on = ledgerHarness();
  const begin = (more: object) => on.activities.beginTurn({ pipeline: 'cf', turn: 3, payload: payload('old'), config, ...more });
  expect(await begin({})).toEqual({ champion: { id: 'cf-random' }, payload: payload('old'), config });
  const changed = { ...config, gamesPerTurn: 40 };
  expect(await begin({ payload: payload('new'), config: changed })).toEqual({ champion: { id: 'cf-random' }, payload: payload('old'), config });
  expect(await begin({ payload: payload('new'), config: changed, again: {} })).toEqual({
    champion: { id: 'cf-random' },
    payload: payload('new'),
    config,
    revision: 1,
    reruns: 1,
  });
  await on.activities.recordStage({ pipeline: 'cf', turn: 3, stage: 'train', detail: '' });
  const model = openReadModel(on.folder);
  expect(model.status().pipelines[0]?.begun).toEqual({ turn: 3, runs: 3, payloadDigest: 'new', replacedDigest: 'old', kept: ['gamesPerTurn'] });
  model.close();
});
