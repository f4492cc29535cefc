import { describe, expect, it } from 'vitest';
import type { Evaluation, PairResult } from '../../../src/domain/model/evaluation.ts';
import type { NewModel } from '../../../src/domain/model/model.ts';
import { nodeView } from '../../support/item-spec.ts';
import { failureOf, ledgerHarness } from '../state-folder.ts';

const model = (turn: number, sha = `${turn}`.repeat(64).slice(0, 64)): NewModel => ({
  pipeline: 'cf',
  turn,
  sha256: sha,
  bytes: 10,
  trainingSet: 't',
  parent: 'cf-random',
  seed: 1,
  payloadDigest: 'p',
});
const pairs = (count: number, scores: readonly [number, number]): readonly PairResult[] =>
  Array.from({ length: count }, (_, index) => ({ index, opening: index, scores }));
const evaluation = (candidate: string, champion: string, change: Partial<Evaluation> = {}): Evaluation => ({
  pipeline: 'cf',
  turn: 1,
  candidate,
  champion,
  verdict: 'accept',
  llr: 3,
  pairs: [...pairs(10, [1, 0.5]), ...pairs(10, [0, 0.5])],
  ...change,
});

const tree = (digest: string) => ({ dataset: 'payload-cf', digest });

describe('champion', () => {
  it('is the random player before the first promotion', async () => {
    expect(await ledgerHarness().activities.beginTurn({ pipeline: 'cf', turn: 1, payload: tree('p1') })).toEqual({
      champion: { id: 'cf-random' },
      payload: tree('p1'),
    });
  });

  it('changes once by a promotion; a repeat returns the same result', async () => {
    const { activities, ledgers } = ledgerHarness();
    const { id } = await activities.registerModel(model(1));
    expect(await activities.registerModel(model(1))).toEqual({ id, sha256: model(1).sha256, bytes: 10 });
    const input = evaluation(id, 'cf-random', { pairs: pairs(20, [1, 0.5]) });
    const first = await activities.promote(input);
    expect(first).toEqual({ champion: { id, sha256: model(1).sha256, bytes: 10 }, promoted: true });
    expect(await activities.promote(input)).toEqual(first);
    const champion = ledgers.ratings.champion('cf');
    expect(champion.id).toBe(id);
    expect(champion.elo).toBeCloseTo(190.85, 1);
    expect(ledgers.ratings.ledger.statement<{ promotions: number }>('SELECT promotions FROM champions').get()?.promotions).toBe(1);
  });

  it('and payload of a turn are fixed at the first request, whatever is promoted or built meanwhile', async () => {
    const { activities } = ledgerHarness();
    const { id } = await activities.registerModel(model(1));
    const first = await activities.beginTurn({ pipeline: 'cf', turn: 1, payload: tree('p1') });
    expect(first.champion.id).toBe('cf-random');
    await activities.promote(evaluation(id, 'cf-random'));
    expect(await activities.beginTurn({ pipeline: 'cf', turn: 1, payload: tree('p2') })).toEqual(first);
    expect(await activities.beginTurn({ pipeline: 'cf', turn: 2, payload: tree('p2') })).toEqual({
      champion: { id, sha256: model(1).sha256, bytes: 10 },
      payload: tree('p2'),
    });
  });

  it('stays on a rejection, and the former one retires on the next promotion', async () => {
    const { activities, ledgers } = ledgerHarness();
    const first = await activities.registerModel(model(1));
    await activities.promote(evaluation(first.id, 'cf-random', { pairs: pairs(5, [1, 1]) }));
    expect(ledgers.ratings.champion('cf').elo).toBe(800);
    const second = await activities.registerModel(model(2));
    expect(await activities.promote(evaluation(second.id, first.id, { turn: 2, verdict: 'undecided' }))).toMatchObject({
      promoted: false,
      champion: { id: first.id },
    });
    const third = await activities.registerModel(model(3));
    await activities.promote(evaluation(third.id, first.id, { turn: 3 }));
    const states = ledgers.ratings.ledger.statement<{ id: string; state: string }>('SELECT id, state FROM models ORDER BY turn').all();
    expect(states.map(({ state }) => state)).toEqual(['retired', 'rejected', 'champion']);
    expect(ledgers.ratings.champion('cf').elo).toBeCloseTo(800, 6);
  });

  it('an evaluation against a former champion is refused and changes nothing', async () => {
    const { activities, ledgers } = ledgerHarness();
    const first = await activities.registerModel(model(1));
    const late = await activities.registerModel(model(2));
    await activities.promote(evaluation(first.id, 'cf-random'));
    const failure = await failureOf('ratings.conflict', () => activities.promote(evaluation(late.id, 'cf-random', { turn: 2 })));
    expect(failure.fields, 'the names that the failure guide fills in').toEqual({ pipeline: 'cf' });
    await failureOf('ratings.conflict', () => activities.promote(evaluation('nobody', first.id, { turn: 2 })));
    expect(ledgers.ratings.champion('cf').id).toBe(first.id);
  });
});

describe('openings', () => {
  it('are never given out twice, except to the same key', async () => {
    const { activities } = ledgerHarness();
    const ask = (key: string, count: number, pipeline = 'cf') => activities.allocateOpenings({ pipeline, key, count });
    expect(await ask('a', 10)).toEqual({ first: 0 });
    expect(await ask('b', 5)).toEqual({ first: 10 });
    expect(await ask('a', 10)).toEqual({ first: 0 });
    expect(await ask('c', 1)).toEqual({ first: 15 });
    expect(await ask('a', 3, 'other')).toEqual({ first: 0 });
    await failureOf('ratings.conflict', () => ask('a', 11));
  });
});

describe('stages', () => {
  it('keep their start time while the stage is the same, and never go back to an earlier turn', async () => {
    const { activities, ledgers, clock } = ledgerHarness();
    const row = () =>
      ledgers.resources.ledger
        .statement<{ turn: number; stage: string; since_ms: number; detail: string; evaluation: string | null }>('SELECT * FROM pipelines')
        .get();
    await activities.recordStage({
      pipeline: 'cf',
      turn: 2,
      stage: 'evaluate',
      detail: 'a',
      evaluation: { candidate: 'x', pairs: 1, llr: 0, lower: -1, upper: 1 },
    });
    const since = row()?.since_ms;
    clock.nowMs += 1000;
    await activities.recordStage({ pipeline: 'cf', turn: 2, stage: 'evaluate', detail: 'b' });
    expect(row()).toMatchObject({ since_ms: since, detail: 'b' });
    expect(row()?.evaluation).toContain('"candidate":"x"');
    await activities.recordStage({ pipeline: 'cf', turn: 1, stage: 'train', detail: 'late' });
    expect(row()).toMatchObject({ turn: 2, stage: 'evaluate', detail: 'b' });
    await activities.recordStage({ pipeline: 'cf', turn: 3, stage: 'self-play', detail: 'c' });
    expect(row()).toMatchObject({ turn: 3, evaluation: null });
  });

  it('return the nodes that are unreachable or lost, in every stage', async () => {
    const { activities } = ledgerHarness();
    const record = () => activities.recordStage({ pipeline: 'cf', turn: 1, stage: 'distribute', detail: 'a' });
    expect(await record()).toEqual([]);
    await activities.recordNodes({ nodes: [nodeView('a'), nodeView('l', { state: 'lost' }), nodeView('u', { state: 'unreachable' })] });
    expect(await record()).toEqual(['l', 'u']);
    expect(await record(), 'a repeat').toEqual(['l', 'u']);
  });
});
