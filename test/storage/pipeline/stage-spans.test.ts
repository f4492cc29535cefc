/** Tests the history of stages. Each stage has a start, an end and an outcome, whatever happens to the turn. */
import { describe, expect, it } from 'vitest';
import type { PipelineStage } from '../../../src/domain/pipeline/stages.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { toFailureRecord } from '../../../src/domain/failure/to-failure-record.ts';
import { ledgerLimits } from '../../../src/storage/limits.ts';
import { openReadModel } from '../../../src/storage/read/read-ledgers.ts';
import { turnsGivenUp } from '../../../src/storage/pipeline/stage-spans.ts';
import { ledgerHarness, type LedgerHarness } from '../state-folder.ts';

const pipeline = 'cf';
const failure = toFailureRecord(new RingmasterError('job.killed', { cannot: 'go on', because: 'of a test', hint: { say: 'nothing' } }));
const record = ({ activities }: LedgerHarness, turn: number, at: PipelineStage, detail: string = at) =>
  activities.recordStage({ pipeline, turn, stage: at, detail, ...(at === 'failed' ? { failure } : {}) });
const begin = ({ activities }: LedgerHarness, turn: number) =>
  activities.beginTurn({ pipeline, turn, payload: { dataset: 'payload-cf', digest: 'd' } });
const spans = ({ folder }: LedgerHarness, turn: number) => {
  const model = openReadModel(folder);
  const read = model.stages(pipeline, turn);
  model.close();
  return read;
};
const outcomes = (on: LedgerHarness, turn: number) => spans(on, turn).map(({ stage: at, outcome = 'open', detail }) => [at, outcome, detail ?? '']);

it('a turn that never recorded its verdict was given up, unless it is the present one', async () => {
  const on = ledgerHarness();
  for (const turn of [1, 2, 3, 4]) {
    await begin(on, turn);
    await record(on, turn, 'self-play');
    if (turn === 1) for (const at of ['train', 'promote', 'distribute', 'done'] as const) await record(on, turn, at);
    if (turn === 2) await record(on, turn, 'skipped');
    if (turn === 3) await record(on, turn, 'failed');
  }
  expect(turnsGivenUp(on.ledgers.resources.ledger, pipeline, { from: 0, to: 4 })).toEqual([2, 3]);
});

describe('stages', () => {
  it('have a start, an end and the last detail; the last of a turn ends with `done`', async () => {
    const on = ledgerHarness();
    await begin(on, 1);
    for (const done of ['0/2 items', '1/2 items', '2/2 items']) await record(on, 1, 'self-play', done);
    await record(on, 1, 'train', '600 games');
    const [first, second] = spans(on, 1);
    expect(first).toMatchObject({ stage: 'self-play', outcome: 'completed', detail: '2/2 items' });
    expect(first?.endedAtMs).toBe(second?.startedAtMs);
    expect(second).not.toHaveProperty('endedAtMs');
    await record(on, 1, 'done', 'promoted');
    await record(on, 1, 'idle');
    expect(outcomes(on, 1)).toEqual([
      ['self-play', 'completed', '2/2 items'],
      ['train', 'completed', '600 games'],
    ]);
  });

  it('are the same when each record is repeated, as an activity may be', async () => {
    const [once, twice] = [ledgerHarness(), ledgerHarness()];
    for (const [on, times] of [
      [once, 1],
      [twice, 3],
    ] as const)
      for (const step of ['self-play', 'sync', 'consolidate', 'self-play', 'sync', 'export', 'train', 'failed', 'self-play', 'done', 'idle'] as const)
        for (let repeat = 0; repeat < times; repeat += 1) await record(on, 1, step);
    expect(outcomes(twice, 1)).toEqual(outcomes(once, 1));
    expect(outcomes(once, 1)).toHaveLength(8);
  });

  it('that fail have the failure code, and a repeated turn has new rows for its stages', async () => {
    const on = ledgerHarness();
    await record(on, 2, 'train', '600 games');
    await record(on, 2, 'failed', failure.message);
    await begin(on, 2);
    await record(on, 2, 'train');
    expect(spans(on, 2)).toMatchObject([{ outcome: 'failed', failureCode: 'job.killed', detail: '600 games' }, { stage: 'train' }]);
  });

  it('are abandoned when the turn begins again without an end, and when a later turn begins', async () => {
    const on = ledgerHarness();
    await record(on, 1, 'self-play');
    await begin(on, 1);
    await begin(on, 1);
    await record(on, 1, 'self-play');
    await record(on, 2, 'self-play');
    await begin(on, 1);
    expect(outcomes(on, 1)).toEqual([
      ['self-play', 'abandoned', 'self-play'],
      ['self-play', 'abandoned', 'self-play'],
    ]);
    await record(on, 1, 'train');
    expect(outcomes(on, 1)).toHaveLength(2);
    expect(outcomes(on, 2)).toEqual([['self-play', 'open', '']]);
  });

  it('of two pipelines are independent', async () => {
    const on = ledgerHarness();
    await record(on, 1, 'train');
    await on.activities.recordStage({ pipeline: 'go', turn: 1, stage: 'train', detail: '' });
    expect(outcomes(on, 1)).toEqual([['train', 'open', '']]);
  });

  it('are kept up to stagesMax and for stagesMsMax', async () => {
    const on = ledgerHarness();
    const fill = on.ledgers.resources.ledger.statement(
      `WITH RECURSIVE n (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < ?)
       INSERT INTO stages (pipeline, turn, stage, started_at_ms, ended_at_ms, outcome) SELECT 'old', k, 'train', ?, 1, 'completed' FROM n`,
    );
    const rows = () => on.ledgers.resources.ledger.statement<{ rows: number }>('SELECT count(*) AS rows FROM stages').get()?.rows;
    fill.run(5, on.clock.nowMs - ledgerLimits.stagesMsMax - 60_000);
    fill.run(1, on.clock.nowMs);
    await record(on, 1, 'self-play');
    expect(rows()).toBe(2);
    fill.run(ledgerLimits.stagesMax - 1, on.clock.nowMs);
    await record(on, 1, 'train');
    expect(rows()).toBe(ledgerLimits.stagesMax);
    expect(outcomes(on, 1)).toEqual([['train', 'open', '']]);
  });
});

describe('syncs', () => {
  it('are kept for syncsMsMax; a new one removes a batch of older ones', () => {
    const { ledgers, clock } = ledgerHarness();
    const put = (key: string, atMs: number): void =>
      ledgers.syncs.record({ key, dataset: 'd', source: 'a', target: 'home', digest: 'x', files: 1, bytes: 1, durationMs: 1, method: 'rsync' }, atMs);
    const keys = () => ledgers.syncs.ledger.statement<{ key: string }>('SELECT key FROM syncs').all().length;
    for (let k = 0; k < ledgerLimits.pruneRowsMax + 2; k += 1) put(`old ${k}`, clock.nowMs - ledgerLimits.syncsMsMax - 1_000);
    put('young', clock.nowMs - ledgerLimits.syncsMsMax + 60_000);
    put('new', clock.nowMs);
    expect(keys()).toBe(4);
    put('new', clock.nowMs);
    expect(keys()).toBe(4);
    put('newer', clock.nowMs);
    expect(keys()).toBe(3);
  });
});

describe('closed jobs', () => {
  it('are kept for closedJobsMsMax; one close of many removes a batch of older ones', () => {
    const { ledgers, clock } = ledgerHarness();
    const { ledger } = ledgers.tasks;
    const fill = ledger.statement(
      `WITH RECURSIVE n (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < ?)
       INSERT INTO jobs (item, epoch, kind, node, state, started_at_ms, ended_at_ms) SELECT ? || k, 1, 'train', 'a', 'completed', 0, ? FROM n`,
    );
    fill.run(ledgerLimits.pruneRowsMax + 1, 'old', clock.nowMs - ledgerLimits.closedJobsMsMax - 60_000);
    fill.run(ledgerLimits.closedJobsPruneEvery - 2, 'new', clock.nowMs);
    const summary = {
      kind: 'train',
      pipeline: null,
      turn: null,
      node: 'a',
      slots: 2,
      startedAtMs: 0,
      outcome: { type: 'completed', result: {}, files: [] },
    };
    const put = (item: string): void => ledgers.tasks.record([{ ...summary, item, epoch: 1, endedAtMs: clock.nowMs } as never]);
    const rows = () => ledger.statement<{ rows: number }>('SELECT count(*) AS rows FROM jobs').get()?.rows;
    put('x');
    const kept = 1 + ledgerLimits.closedJobsPruneEvery - 2 + 1;
    expect(rows()).toBe(kept);
    for (let k = 1; k < ledgerLimits.closedJobsPruneEvery; k += 1) put(`y${k}`);
    expect(rows()).toBe(kept + ledgerLimits.closedJobsPruneEvery - 1);
    put('z');
    expect(rows()).toBe(kept + ledgerLimits.closedJobsPruneEvery - 1);
    expect(ledgers.tasks.of('x')).toMatchObject([{ slots: 2 }]);
    expect(ledgers.tasks.of('new1')).toMatchObject([{ slots: null }]);
  });
});
