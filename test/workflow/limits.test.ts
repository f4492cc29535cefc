/**
 * Runs workflows at the limits: with the greatest evaluation that the cluster file allows, on a real queue; with more data than Temporal carries; and with a
 * wait of days.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { withFailures } from '../../activities/with-failures.ts';
import { payloadBytesMax } from '../../src/contract/payload-limit.ts';
import { type EvaluateInput, signals, type TrainInput, workflowIds } from '../../src/contract/workflows.ts';
import type { ClosedItem } from '../../src/domain/item/closed-item.ts';
import type { ItemId, NodeId } from '../../src/domain/ids.ts';
import { pairsMax, pairsPerItemMax } from '../../src/domain/limits.ts';
import type { GateResult, PairResult } from '../../src/domain/model/evaluation.ts';
import { claim, openOf } from '../storage/queue/claimed.ts';
import { ledgerHarness } from '../storage/state-folder.ts';
import { itemSpec, nodeView } from '../support/item-spec.ts';
import { FakeCluster } from '../support/time-skipping.ts';

let cluster: FakeCluster;
beforeAll(async () => void (cluster = await FakeCluster.start()));
afterEach(() => cluster.reset());
afterAll(() => cluster?.stop());

const pipeline = 'p'.repeat(63);
const stage = {
  command: ['true', 'x'.repeat(13_000)],
  limits: { runSecondsMax: 60, silentSecondsMax: 60 },
  attemptsMax: 1,
  labels: [],
  slots: 1,
  env: {},
};
const payload = { dataset: `payload-${pipeline}`, digest: 'd'.repeat(64) };
const candidate = { id: 'candidate', sha256: 'a'.repeat(64), bytes: 1 };
const champion = { id: 'champion', sha256: 'b'.repeat(64), bytes: 1 };

const dayMs = 86_400_000;
const trainInput: TrainInput = {
  pipeline,
  turn: 1,
  seed: 1,
  stage,
  payload,
  set: { name: 'set', sha256: 'c'.repeat(64), bytes: 1 },
  games: 1,
  parent: champion,
};

it('a training of days is waited for with few reads of the ledger, and a lost signal is still noticed', async () => {
  let isOver = false;
  cluster.answer({
    items: async ({ items }) =>
      isOver && items[0] !== undefined
        ? [
            {
              item: items[0],
              state: 'completed',
              kind: 'train',
              outcome: { type: 'completed', result: {}, files: [{ path: 'model', bytes: 1, sha256: 'e'.repeat(64) }] },
            },
          ]
        : items.map((item) => ({ item, state: 'running' as const, kind: 'train' as const })),
  });
  const handle = await cluster.start('train', workflowIds.stage('train', pipeline, 1), trainInput);
  await cluster.called('enqueue', 1);
  await cluster.env.sleep(3 * dayMs);
  // Every 30 s, as before, makes 8,640 reads and 95,000 events.
  expect(cluster.inputs('items').length).toBeLessThan(500);
  isOver = true;
  await expect(handle.result()).resolves.toMatchObject({ sha256: 'a'.repeat(64) });
}, 120_000);

describe('the greatest evaluation that the cluster file allows', () => {
  const gate = { elo0: 0, elo1: 1, alpha: 0.001, beta: 0.001, pairsMax, pairsPerItem: pairsPerItemMax, openings: 2_000_000_000 };
  const input: EvaluateInput = { pipeline, turn: 1, seed: 1, stage, payload, candidate, champion, gate };
  const draw = ({ index, opening }: { readonly index: number; readonly opening: number }): PairResult & { readonly moves: string } => ({
    index,
    opening,
    // As many pairs are won as lost, so the test is undecided until the last pair.
    scores: index % 2 === 0 ? [1, 1] : [0, 0],
    moves: '44',
  });

  it('reads results of 60 KiB each from a real queue, although all signals are lost', async () => {
    const on = ledgerHarness();
    const ledger = withFailures(on.activities);
    await ledger.recordNodes({ nodes: [nodeView('a', { slots: 1_024 })] });
    // Opening numbers grow for ever, so they have many digits in a long life.
    cluster.answer({ ...ledger, allocateOpenings: async () => ({ first: 1_000_000_000 }), recordStage: async () => [] });
    const handle = await cluster.start('evaluate', workflowIds.stage('evaluate', pipeline, 1), input);
    await cluster.called('enqueue', 1);
    const jobs = await claim(on);
    expect(jobs).toHaveLength(pairsMax / pairsPerItemMax);
    for (const { job, node, spec } of jobs) {
      const pairs = (spec.request['pairs'] as { index: number; opening: number }[]).map(draw);
      expect(JSON.stringify({ pairs }).length).toBeGreaterThan(60 * 1_024);
      await on.activities.closeJob({ job, node, outcome: { type: 'completed', files: [], result: { pairs } }, slots: 1 });
    }
    const result = (await handle.result()) as GateResult;
    expect(result.pairs).toHaveLength(pairsMax);
    expect(result.pairs[0]).toEqual({ index: 0, opening: 1_000_000_000, scores: [1, 1] });
    const promoted = await cluster.start('promote', workflowIds.stage('promote', pipeline, 1), {
      ...result,
      pipeline,
      turn: 1,
      candidate: candidate.id,
      champion: champion.id,
    });
    cluster.answer({ promote: async () => ({ champion, promoted: false }) });
    await expect(promoted.result()).resolves.toMatchObject({ promoted: false });
  });
});

describe('more than Temporal carries', () => {
  const large = 'x'.repeat(payloadBytesMax);

  it('as the result of an activity fails the activity once, by name, and not for days', async () => {
    cluster.answer(withFailures({ items: async (): Promise<ClosedItem[]> => [{ item: large as ItemId, state: 'completed', kind: 'train' }] }));
    const handle = await cluster.start('train', workflowIds.stage('train', pipeline, 2), { ...trainInput, turn: 2 });
    expect(await ended(handle)).toMatchObject({
      type: 'limits.payload-too-large',
      message: expect.stringMatching(/activity items .* bytes/) as string,
    });
    expect(cluster.inputs('items')).toHaveLength(1);
  });

  it('as the input of an activity fails the workflow, and not a workflow task for ever', async () => {
    const specs = Array.from({ length: 40 }, (_, k) => itemSpec(`x.${k}`, { request: { text: 'y'.repeat(40_000) } }));
    const handle = await cluster.start('enqueue', 'enqueue/large', { items: specs });
    expect(await ended(handle)).toMatchObject({
      type: 'limits.payload-too-large',
      message: expect.stringMatching(/input of activity enqueue/) as string,
    });
    expect(cluster.inputs('enqueue')).toEqual([]);
  });

  it('as the state of an entity is refused by name, and the entity shows it', async () => {
    const open = Array.from({ length: 12_000 }, (_, k) => ({
      job: { item: `${pipeline}.${k}` as ItemId, epoch: 1 },
      node: 'n'.repeat(30) as NodeId,
      slots: 1,
    }));
    const handle = await cluster.start('dispatcher', 'dispatcher', { v: 2, open, closed: [], reconciledAtMs: Date.now() });
    await cluster.called('claim', 0);
    const state = () => handle.query<{ readonly rows: Readonly<Record<string, string>> }>('state');
    await expect.poll(async () => JSON.stringify(await state()), { timeout: 20_000 }).toContain('limits.payload-too-large');
    await handle.signal(signals.wake);
  });
});

/** Returns the failure at the root of a workflow's end. */
async function ended(handle: { readonly result: () => Promise<unknown> }): Promise<{ readonly type?: string; readonly message: string }> {
  let error: unknown = await handle.result().catch((caught: unknown) => caught);
  while (error instanceof Error && !('type' in error) && error.cause instanceof Error) error = error.cause;
  return error as Error;
}

it('the ledger names the open jobs of a full cluster without their specs', async () => {
  const on = ledgerHarness();
  await on.activities.recordNodes({ nodes: [nodeView('a', { slots: 50 })] });
  await on.activities.enqueue({ items: [itemSpec('x', { request: { text: 'y'.repeat(40_000) } })] });
  expect(JSON.stringify(openOf(await claim(on))).length).toBeLessThan(230);
});
