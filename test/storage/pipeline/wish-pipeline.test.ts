/** The wishes for pipelines: who may wish what and when, what a report of the workflow changes, and what a turn that ends early leaves in the queue. */
import { describe, expect, it } from 'vitest';
import type { PipelineStage } from '../../../src/domain/pipeline/stages.ts';
import { nextTurn, turnsLeft } from '../../../src/domain/pipeline/next-turn.ts';
import type { PipelineWishRequest, SteeringVerb } from '../../../src/domain/pipeline/wish.ts';
import { openReadModel } from '../../../src/storage/read/read-ledgers.ts';
import { itemId, itemSpec, nodeId, nodeView } from '../../support/item-spec.ts';
import { failureOf, ledgerHarness, type LedgerHarness } from '../state-folder.ts';

const ask = (verb: SteeringVerb, more: Partial<PipelineWishRequest> = {}): PipelineWishRequest => ({
  pipeline: 'cf',
  verb,
  by: 'kim@desk',
  reason: 'a test',
  ...more,
});
const record = ({ activities }: LedgerHarness, turn: number, stage: PipelineStage) =>
  activities.recordStage({ pipeline: 'cf', turn, stage, detail: '' });
const viewOf = ({ folder }: LedgerHarness) => {
  const model = openReadModel(folder);
  const [view] = model.status().pipelines;
  model.close();
  return view;
};

describe('a wish for a pipeline', () => {
  it('is stored with its author before it is held, survives a late report, and is held when the workflow rests because of it', async () => {
    const on = ledgerHarness();
    const running = { wish: 'running', by: 'kim@desk', reason: 'more', sinceMs: 1 } as const;
    await on.activities.beginTurn({
      pipeline: 'cf',
      turn: 3,
      payload: { dataset: 'p', digest: 'd' },
      standing: { nextTurn: 3, turnsLeft: 'unlimited', wish: running },
    });
    await record(on, 3, 'train');
    const { wish, signal } = await on.activities.wishPipeline(ask('pause', { now: true, forSeconds: 60 }));
    expect(wish).toMatchObject({ wish: 'paused', now: true, by: 'kim@desk', reason: 'a test', untilMs: wish.sinceMs + 60_000 });
    expect(signal).toEqual({ by: 'kim@desk', reason: 'a test', now: true, sinceMs: wish.sinceMs, untilMs: wish.untilMs, forMs: 60_000 });
    const late = { nextTurn: 3, turnsLeft: 'unlimited', wish: running } as const;
    await on.activities.recordStage({ pipeline: 'cf', turn: 3, stage: 'idle', detail: '', standing: late });
    expect(viewOf(on)?.standing?.wish).toEqual(wish);
    await on.activities.recordStage({ pipeline: 'cf', turn: 3, stage: 'paused', detail: '', standing: { ...late, wish } });
    expect(viewOf(on)?.standing).toMatchObject({ nextTurn: 3, turnsLeft: 'unlimited', wish: { wish: 'paused', heldAtMs: expect.any(Number) } });
  });

  it('to pause for an hour ends in an hour, also when the wish before it has a time of a clock that was a year ahead', async () => {
    const on = ledgerHarness();
    await record(on, 3, 'train');
    const rightMs = on.clock.nowMs;
    on.clock.nowMs += 365 * 86_400_000;
    const before = await on.activities.wishPipeline(ask('resume'));
    on.clock.nowMs = rightMs;
    const { wish, signal } = await on.activities.wishPipeline(ask('pause', { forSeconds: 3_600 }));
    expect(wish.sinceMs).toBeGreaterThan(before.wish.sinceMs);
    expect(wish.untilMs).toBeGreaterThan(rightMs);
    expect(wish.untilMs).toBeLessThan(rightMs + 3_700_000);
    expect(signal.untilMs).toBe(wish.untilMs);
    expect(viewOf(on)?.standing?.wish).toEqual(wish);
  });

  it('is refused when the pipeline cannot follow it', async () => {
    const on = ledgerHarness();
    expect((await failureOf('pipeline.not-now', () => on.activities.wishPipeline(ask('pause')))).message).toContain('it was never run');
    await record(on, 3, 'train');
    expect((await failureOf('pipeline.not-now', () => on.activities.wishPipeline(ask('skip')))).hint?.run).toBe('ringmaster pipeline skip cf --now');
    expect(await on.activities.wishPipeline(ask('skip', { now: true }))).toMatchObject({ turn: 3 });
    await on.activities.recordStage({ pipeline: 'cf', turn: 3, stage: 'failed', detail: '' });
    // Ringmaster may run the failed turn again just now. The skip that was accepted must hold all the same.
    expect((await on.activities.wishPipeline(ask('skip'))).signal).toMatchObject({ now: true });
    await record(on, 3, 'done');
    await failureOf('pipeline.not-now', () => on.activities.wishPipeline(ask('skip', { now: true })));
    await on.activities.recordStage({ pipeline: 'cf', turn: 3, stage: 'paused', detail: '', standing: { nextTurn: 4, turnsLeft: 2 } });
    await failureOf('pipeline.not-now', () => on.activities.wishPipeline(ask('skip')));
    await on.activities.wishPipeline(ask('stop'));
    expect((await failureOf('pipeline.not-now', () => on.activities.wishPipeline(ask('resume')))).hint?.run).toBe('ringmaster pipeline run cf');
    for (const bad of [{ forSeconds: 0 }, { verb: 'halt' }, { by: 1 }, { now: 'yes' }, { reason: 'x'.repeat(1_000) }])
      await failureOf('config.invalid', () => on.activities.wishPipeline({ ...ask('pause'), ...bad } as PipelineWishRequest));
  });

  it('a pipeline whose workflow is lost goes on with the right turn and the right number of turns', () => {
    const standing = { nextTurn: 3, turnsLeft: 5 } as const;
    const at = (turn: number, stage: PipelineStage) => ({ turn, stage, standing });
    expect([nextTurn(at(3, 'train')), turnsLeft(at(3, 'train'))]).toEqual([3, 5]);
    expect([nextTurn(at(3, 'done')), turnsLeft(at(3, 'done'))]).toEqual([4, 4]);
    expect([nextTurn(at(2, 'paused')), turnsLeft(at(2, 'paused'))]).toEqual([3, 5]);
    expect([nextTurn(at(3, 'skipped')), turnsLeft(at(3, 'skipped'))]).toEqual([4, 4]);
    expect(nextTurn(undefined)).toBe(1);
  });
});

describe('a turn that ends early', () => {
  const left = (id: string, turn: number) => itemSpec(id, { pipeline: 'cf', turn, owner: `evaluate/cf/${turn}` });
  it.each(['failed', 'skipped', 'paused', 'stopped'] as const)(
    'when it is %s, leaves nothing in the queue that could run before the next turn',
    async (stage) => {
      const on = ledgerHarness();
      await on.activities.recordNodes({ nodes: [nodeView('a', { slots: 1 })] });
      await on.activities.enqueue({
        items: [
          left('cf.3.evaluate.0', 3),
          left('cf.3.evaluate.1', 3),
          left('cf.4.self-play.0', 4),
          itemSpec('mine', { pipeline: 'cf', turn: 3 }),
          left('other', 3),
        ].map((spec) => (spec.id === 'other' ? { ...spec, pipeline: 'go' } : spec)),
      });
      await on.activities.claim({ open: [] });
      await record(on, 3, stage);
      const states = await on.activities.items({ items: ['cf.3.evaluate.0', 'cf.3.evaluate.1', 'cf.4.self-play.0', 'mine', 'other'].map(itemId) });
      expect(states.map(({ state }) => state)).toEqual(['claimed', 'cancelled', 'pending', 'pending', 'pending']);
      expect(on.signals.map(({ signal }) => signal)).toEqual(['cancel→job/cf.3.evaluate.0/1']);
      await on.activities.closeJob({
        job: { item: itemId('cf.3.evaluate.0'), epoch: 1 },
        node: nodeId('a'),
        outcome: { type: 'failed', failure: { code: 'job.killed', class: 'node-fault', message: 'm', fields: {}, chain: [] } },
      });
      expect((await on.activities.items({ items: [itemId('cf.3.evaluate.0')] }))[0]?.state).toBe('cancelled');
    },
  );

  it('the next turn cancels what is left when the end of the turn was never recorded', async () => {
    const on = ledgerHarness();
    await on.activities.enqueue({ items: [left('cf.3.evaluate.0', 3), left('cf.4.self-play.0', 4)] });
    await on.activities.beginTurn({ pipeline: 'cf', turn: 4, payload: { dataset: 'p', digest: 'd' } });
    const states = await on.activities.items({ items: ['cf.3.evaluate.0', 'cf.4.self-play.0'].map(itemId) });
    expect(states.map(({ state }) => state)).toEqual(['cancelled', 'pending']);
  });
});
