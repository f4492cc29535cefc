/** Tests two procedures that receive signals while they work: a sync that is requested again, and an evaluation whose results come in any order. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ClosedItem } from '../../src/domain/item/closed-item.ts';
import type { TransferResult, SyncRequest } from '../../src/domain/dataset/sync.ts';
import { type EvaluateInput, signals, workflowIds } from '../../src/contract/workflows.ts';
import type { ItemId } from '../../src/domain/ids.ts';
import type { GateConfig } from '../../src/domain/pipeline/pipeline.ts';
import type { PairResult } from '../../src/domain/model/evaluation.ts';
import { sprtVerdict } from '../../src/domain/model/sprt.ts';
import { FakeCluster } from '../support/time-skipping.ts';

let cluster: FakeCluster;
beforeAll(async () => void (cluster = await FakeCluster.start()));
afterEach(() => cluster.reset());
afterAll(() => cluster?.stop());

describe('a sync', () => {
  const input: SyncRequest = { dataset: 'games', source: 'b', target: 'home' };
  const transferred = (digest: string): TransferResult => ({ digest, files: 1, bytes: 1, changed: true, method: 'fake', durationMs: 1 });

  it('that receives `again` during a run runs once more, however many signals it received', async () => {
    const gate = cluster.gate();
    let runs = 0;
    cluster.answer({
      transfer: async () => {
        runs += 1;
        if (runs === 1) await gate.held();
        return transferred(`run ${runs}`);
      },
    });
    const handle = await cluster.start('sync', workflowIds.sync('games', 'b', 'home'), input);
    await cluster.called('transfer', 1);
    for (let asked = 0; asked < 3; asked += 1) await handle.signal(signals.again);
    gate.open();
    expect(await handle.result()).toMatchObject({ digest: 'run 2' });
    expect(cluster.inputs('transfer')).toEqual([input, input]);
    expect(cluster.inputs('recordSync').map(({ digest }) => digest)).toEqual(['run 1', 'run 2']);
    expect(new Set(cluster.inputs('recordSync').map(({ key }) => key)).size).toBe(2);
  });

  it('runs once without a signal', async () => {
    const handle = await cluster.start('sync', 'sync/quiet/home', input);
    await handle.result();
    expect(cluster.inputs('transfer')).toHaveLength(1);
  });
});

describe('an evaluation', () => {
  const gate: GateConfig = { elo0: 0, elo1: 100, alpha: 0.05, beta: 0.05, pairsMax: 40, pairsPerItem: 2 };
  const pairsOf = (item: number): PairResult[] =>
    [0, 1].map((k) => ({ index: item * 2 + k, opening: item * 2 + k, scores: k === 0 ? [1, 1] : [1, 0.5] }));
  const all = Array.from({ length: 20 }, (_, item) => pairsOf(item)).flat();
  const expected = sprtVerdict(gate, all);
  const needed = Math.ceil(expected.pairsUsed / 2);
  const id = (item: number) => `toy.1.evaluate.aaaaaaaa.${item}` as ItemId;
  const closed = (item: number): ClosedItem => ({
    item: id(item),
    state: 'completed',
    kind: 'evaluate',
    outcome: { type: 'completed', files: [], result: { pairs: pairsOf(item) } },
  });
  const failed = (item: number): ClosedItem => ({ item: id(item), state: 'dead', kind: 'evaluate' });
  const start = (turn: number) =>
    cluster.start<EvaluateInput>('evaluate', workflowIds.stage('evaluate', 'toy', turn), {
      pipeline: 'toy',
      turn: 1,
      seed: 1,
      stage: { command: ['true'], limits: { runSecondsMax: 60, silentSecondsMax: 60 }, attemptsMax: 1, labels: [], slots: 1, env: {} },
      payload: { dataset: 'payload', digest: 'd' },
      candidate: { id: 'candidate', sha256: 'a'.repeat(64), bytes: 1 },
      champion: { id: 'champion', sha256: 'b'.repeat(64), bytes: 1 },
      gate,
    });
  const verdict = { verdict: 'accept', llr: expected.llr, pairs: all.slice(0, expected.pairsUsed) };

  it('has a verdict before all pairs are played; without that the tests below would prove nothing', () => {
    expect(expected.verdict).toBe('accept');
    expect(needed).toBeGreaterThan(2);
    expect(needed).toBeLessThan(18);
  });

  it.each([
    ['in order', (item: number) => item],
    ['last first', (item: number) => needed - 1 - item],
  ])('stops at the verdict and cancels the rest, results %s', async (name, at) => {
    const running = [{ item: id(19), epoch: 2 }];
    cluster.answer({ cancelItems: async () => ({ cancelled: [], jobs: running }) });
    const handle = await start(name === 'in order' ? 1 : 2);
    await cluster.called('enqueue', 1);
    for (let item = 0; item < needed; item += 1) await handle.signal(signals.itemClosed, closed(at(item)));
    expect(await handle.result()).toEqual(verdict);
    const rest = Array.from({ length: 20 - needed }, (_, k) => id(needed + k));
    expect(cluster.inputs('cancelItems')).toEqual([{ items: rest, reason: 'the verdict is in', by: 'ringmaster' }]);
    expect(await cluster.commandsOf(handle)).toContain('cancel→job/toy.1.evaluate.aaaaaaaa.19/2');
  });

  it('has no verdict while the first pair is missing, whatever other pairs are known', async () => {
    const handle = await start(3);
    await cluster.called('enqueue', 1);
    for (let item = 1; item < 20; item += 1) await handle.signal(signals.itemClosed, closed(item));
    await cluster.called('recordStage', 2);
    expect(cluster.inputs('recordStage').at(-1)?.evaluation?.pairs).toBe(0);
    await handle.signal(signals.itemClosed, closed(0));
    expect(await handle.result()).toEqual(verdict);
  });

  it('finds its results in the ledger when signals were lost; an item that failed after the verdict has no effect', async () => {
    let told = false;
    cluster.answer({
      items: async ({ items }) =>
        told ? [...Array.from({ length: needed }, (_, item) => closed(item)), failed(19)].filter(({ item }) => items.includes(item)) : [],
    });
    const handle = await start(4);
    await cluster.called('enqueue', 1);
    told = true;
    expect(await handle.result()).toEqual(verdict);
  });

  it('fails when an item that the verdict needs has failed', async () => {
    const handle = await start(5);
    await cluster.called('enqueue', 1);
    await handle.signal(signals.itemClosed, failed(0));
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'pipeline.stage-failed' } });
  });

  it('fails with the item and the pair when an accepted item lacks a pair', async () => {
    const handle = await start(7);
    await cluster.called('enqueue', 1);
    await handle.signal(signals.itemClosed, {
      ...closed(1),
      outcome: { type: 'completed', files: [], result: { pairs: pairsOf(0) } },
    });
    await expect(handle.result()).rejects.toMatchObject({
      cause: {
        type: 'pipeline.stage-failed',
        message: expect.stringMatching(/toy\.1\.evaluate\.aaaaaaaa\.1 did not .*: pair 0 was not asked for/) as string,
      },
    });
  });

  it('fails with the newest failure when an item and all its replacements are spent', async () => {
    cluster.answer({
      items: async ({ items }) => items.map((item) => ({ item, state: 'dead', kind: 'evaluate' })),
      chooseItems: async ({ items }) => items.map((item) => ({ id: `${item}r5` as ItemId, isMissing: false })),
    });
    const handle = await start(6);
    await expect(handle.result()).rejects.toMatchObject({
      cause: { type: 'pipeline.stage-failed', message: expect.stringContaining(`${id(0)}r5 is dead`) as string },
    });
    expect(cluster.inputs('enqueue')).toEqual([]);
  });
});
