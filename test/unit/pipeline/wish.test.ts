import { describe, expect, it } from 'vitest';
import {
  addTurns,
  afterInterruption,
  afterTurn,
  atRest,
  newerPipelineWish,
  pausedBecause,
  pauseEnded,
  pauseLeftMs,
  steer,
  type Steered,
  wantsTurn,
} from '../../../src/domain/pipeline/wish.ts';
import { given } from '../../../src/base/given.ts';
import type { ItemId } from '../../../src/domain/ids.ts';
import { chooseReplacement, replacementsAfter } from '../../../src/domain/item/replacement.ts';
import type { ItemState } from '../../../src/domain/item/work-item.ts';
import { type FixedTurn, planTurn } from '../../../src/domain/pipeline/fixed-turn.ts';
import type { PipelineConfig } from '../../../src/domain/pipeline/pipeline.ts';
import type { PipelineView } from '../../../src/domain/pipeline/view.ts';
import { isRunAgain } from '../../../src/domain/pipeline/next-turn.ts';
import { lostPipeline } from '../../../src/domain/pipeline/lost-pipeline.ts';
import { pauseOf } from '../../../src/domain/pipeline/pause-of.ts';
import { failureRecord } from '../../../src/domain/failure/record.ts';

const state: Steered = { turn: 3, turnsLeft: 2, failures: 0, wish: { wish: 'running', by: 'kim', reason: '', sinceMs: 10 } };
const ask = { by: 'ana@desk', reason: 'a test' };

describe('a pipeline that is steered', () => {
  it('starts no turn while it is paused, and goes on after resume', () => {
    const paused = steer.pause(state, { ...ask, untilMs: 99 }, 20, true);
    expect(paused.wish).toEqual({ wish: 'paused', ...ask, sinceMs: 20, untilMs: 99 });
    expect(wantsTurn(paused)).toBe(false);
    expect(wantsTurn(steer.resume(paused, {}, 21, false))).toBe(true);
    expect(wantsTurn(pauseEnded(paused, 99))).toBe(true);
  });

  it('counts the length of a pause by its own clock, and takes a time without a length as it is', () => {
    const paused = steer.pause(state, { ...ask, untilMs: 3_600_020, forMs: 60_000 }, 20, false);
    expect(paused.wish).toEqual({ wish: 'paused', ...ask, sinceMs: 20, untilMs: 3_600_020, endsAtMs: 60_020 });
    expect(pauseLeftMs(paused.wish, 50)).toBe(59_970);
    expect(pauseLeftMs(steer.pause(state, { untilMs: 99 }, 20, false).wish, 20)).toBe(79);
    expect(pauseLeftMs(steer.pause(state, {}, 20, false).wish, 20)).toBeUndefined();
    expect(steer.resume(paused, { forMs: 1 }, 21, false).wish).not.toHaveProperty('endsAtMs');
  });

  it('ignores a wish that is older than the present one', () => {
    expect(steer.pause(state, { ...ask, sinceMs: 9 }, 20, false)).toBe(state);
    expect(steer.resume(steer.pause(state, { sinceMs: 30 }, 30, false), { sinceMs: 20 }, 31, false).wish.wish).toBe('paused');
  });

  it('forgets the turns that were asked for when it is stopped; another run begins from none', () => {
    const stopped = atRest(steer.stop(state, ask, 20, false));
    expect(stopped.turnsLeft).toBe(0);
    expect(wantsTurn(stopped)).toBe(false);
    expect(addTurns(stopped, { turns: 1 }, 30, false)).toMatchObject({ turnsLeft: 1, wish: { wish: 'running' } });
  });

  it('gives up only a turn that has begun, and one under way only with now', () => {
    const begun = { ...state, begun: true };
    expect(steer.skip(state, ask, 20, false)).toBe(state);
    expect(steer.skip(begun, ask, 20, true)).toBe(begun);
    expect(steer.skip(begun, { ...ask, now: true }, 20, true).skip).toEqual(ask);
    expect(afterTurn(steer.skip(begun, ask, 20, false))).toEqual({ ...state, turn: 4, turnsLeft: 1 });
    expect(addTurns({ ...begun, failures: 3 }, { turns: 1, skipTurn: true, ...ask }, 30, false).skip).toEqual(ask);
  });

  it('takes the mended payload after a failure, and keeps its payload after a mere pause', () => {
    expect(addTurns({ ...state, failures: 3 }, { turns: 1 }, 30, false).again).toEqual({});
    expect(steer.resume({ ...state, failures: 1 }, {}, 30, false).again).toEqual({});
    expect(steer.resume(state, {}, 30, false).again).toBeUndefined();
    expect(addTurns({ ...state, failures: 3 }, { turns: 1, takeStages: true }, 30, false).again).toEqual({ stages: true });
    expect(addTurns({ ...state, failures: 1 }, { turns: 1 }, 30, true).again).toBeUndefined();
  });

  it('has an item to wait for after each of forty interruptions of one turn', () => {
    const ended = new Map<ItemId, ItemState>();
    const config = {} as PipelineConfig;
    let fixed: FixedTurn = { payloadDigest: 'old', config, revision: 0, reruns: 0 };
    let steered: Steered = { ...state, begun: true };
    for (let night = 1; night <= 40; night += 1) {
      const { again, ...begun } = steered;
      fixed = planTurn(fixed, { payloadDigest: 'old', config, isJudged: false, ...given({ again }) });
      const chosen = chooseReplacement('cf.3.train.a' as ItemId, (id) => ended.get(id), replacementsAfter(fixed.reruns));
      expect(chosen.isMissing, `night ${night}`).toBe(true);
      ended.set(chosen.id, 'cancelled');
      const paused = steer.pause(begun, { ...ask, now: true }, 20 + night, true);
      // The operator may resume before the turn under way has ended.
      const inTime = night % 2 === 0;
      const early = inTime ? paused : steer.resume(paused, {}, 20 + night, true);
      steered = inTime ? steer.resume(afterInterruption(early), {}, 20 + night, false) : afterInterruption(early);
    }
    expect(fixed).toMatchObject({ payloadDigest: 'old', revision: 0 });
  });

  it('takes the mended payload when an operator resumes or runs an interrupted turn, and keeps its payload when the pause ends by itself', () => {
    const paused = steer.pause({ ...state, begun: true }, { ...ask, now: true }, 20, true);
    const stopped = steer.stop({ ...state, begun: true }, { ...ask, now: true }, 20, true);
    const config = {} as PipelineConfig;
    const fixed: FixedTurn = { payloadDigest: 'old', config, revision: 0, reruns: 0 };
    const plan = ({ again }: Steered, isJudged = false) => planTurn(fixed, { payloadDigest: 'mended', config, isJudged, ...given({ again }) });
    const takes = { payloadDigest: 'mended', replaced: 'old', revision: 1, reruns: 1 };
    expect(plan(steer.resume(afterInterruption(paused), {}, 30, false))).toMatchObject(takes);
    expect(plan(addTurns(afterInterruption(stopped), { turns: 1 }, 30, false))).toMatchObject(takes);
    // The operator may resume before the interruption has ended.
    expect(plan(afterInterruption(steer.resume(paused, {}, 30, true)))).toMatchObject(takes);
    const keeps = { payloadDigest: 'old', revision: 0, reruns: 1, kept: ['payload'] };
    expect(plan(steer.resume(afterInterruption(paused), {}, 30, false), true)).toMatchObject(keeps);
    expect(plan(pauseEnded(afterInterruption(paused), 30))).toMatchObject(keeps);
    expect(addTurns(afterInterruption(stopped), { turns: 1, takeStages: true }, 30, false).again).toEqual({ stages: true });
  });

  it('keeps the pause of an operator when it would pause by itself', () => {
    const paused = steer.pause(state, ask, 20, true);
    expect(pausedBecause(paused, 'ringmaster', 'three failures', 30)).toBe(paused);
    expect(pausedBecause(state, 'ringmaster', 'three failures', 30).wish).toMatchObject({
      wish: 'paused',
      by: 'ringmaster',
      reason: 'three failures',
    });
  });
});

it('the ledger keeps the newer wish, and the first time at which it was held', () => {
  const older = { wish: 'paused', ...ask, sinceMs: 1 } as const;
  const newer = { wish: 'running', ...ask, sinceMs: 2 } as const;
  expect(newerPipelineWish(newer, older, 5)).toEqual(newer);
  expect(newerPipelineWish(older, newer, 5)).toEqual(newer);
  expect(newerPipelineWish({ ...older, heldAtMs: 3 }, older, 5)).toEqual({ ...older, heldAtMs: 3 });
  expect(newerPipelineWish(older, older, 5)).toEqual({ ...older, heldAtMs: 5 });
});

it('a pipeline pauses at once after a cancellation or a defect, and otherwise at the third failure', () => {
  const failed = (code: 'pipeline.cancelled' | 'pipeline.defect' | 'pipeline.stage-failed' | 'sync.tree-refused') =>
    failureRecord(code, { cannot: 'go on', because: 'of a test', hint: { say: 'nothing' }, fields: { by: 'ana', reason: 'x was cancelled' } });
  expect(pauseOf(failed('pipeline.cancelled'), 1)).toEqual({ by: 'ana', reason: 'x was cancelled', stage: 'paused', isEarly: true });
  expect(pauseOf(failed('pipeline.defect'), 1)).toMatchObject({ by: 'ringmaster', stage: 'failed', isEarly: true });
  expect(pauseOf(failed('sync.tree-refused'), 1)).toMatchObject({ by: 'ringmaster', stage: 'failed', isEarly: true });
  expect(pauseOf(failed('pipeline.stage-failed'), 2)).toBeUndefined();
  expect(pauseOf(failed('pipeline.stage-failed'), 3)).toMatchObject({ stage: 'failed', isEarly: false });
});

it('a pipeline whose workflow was lost starts again with its turn, its turns left and its wish; a finished one does not', () => {
  const wish = { wish: 'paused', ...ask, sinceMs: 1 } as const;
  const view = { name: 'cf', turn: 3, stage: 'train', standing: { nextTurn: 3, turnsLeft: 2, wish } } as unknown as PipelineView;
  const config = { name: 'cf' } as unknown as PipelineConfig;
  expect(lostPipeline(view, config, [], 5)).toEqual({
    config,
    nodes: [],
    turn: 3,
    turnsLeft: 2,
    paused: true,
    failures: 0,
    wish,
    begun: true,
  });
  expect(lostPipeline({ ...view, standing: { nextTurn: 3, turnsLeft: 0 } }, config, [], 5)).toBeUndefined();
  expect(lostPipeline({ name: 'cf', turn: 3, stage: 'idle' } as unknown as PipelineView, config, [], 5)).toBeUndefined();
});

it('a request runs a turn again that failed, was interrupted or is being interrupted, and no turn that goes on or that has not begun', () => {
  const isAgain = (stage: string, turn: number, wished: object | undefined) =>
    isRunAgain({ turn, stage, standing: { nextTurn: 3, turnsLeft: 2, wish: wished } } as unknown as PipelineView);
  const paused = { wish: 'paused', ...ask, sinceMs: 1 };
  expect([isAgain('failed', 3, undefined), isAgain('paused', 3, paused), isAgain('stopped', 3, paused)]).toEqual([true, true, true]);
  expect(isAgain('train', 3, { ...paused, now: true })).toBe(true);
  expect([isAgain('train', 3, paused), isAgain('train', 3, undefined), isAgain('paused', 2, paused), isAgain('done', 2, undefined)]).toEqual(
    Array.from({ length: 4 }, () => false),
  );
  expect(isRunAgain(undefined)).toBe(false);
});

it('a lost pipeline can skip the turn that had begun, and takes a mended payload when an operator resumes a failed turn', () => {
  const wish = { wish: 'paused', ...ask, sinceMs: 1 } as const;
  const lost = (stage: string, turn: number, wished: object | undefined) =>
    lostPipeline(
      { name: 'cf', turn, stage, standing: { nextTurn: 3, turnsLeft: 2, wish: wished } } as unknown as PipelineView,
      { name: 'cf' } as unknown as PipelineConfig,
      [],
      5,
    );
  expect(lost('failed', 3, wish)).toMatchObject({ turn: 3, begun: true, again: {} });
  expect(lost('paused', 3, wish)).toMatchObject({ turn: 3, begun: true, again: { interrupted: true } });
  expect(lost('failed', 3, undefined)?.again).toBeUndefined();
  expect(lost('paused', 2, wish)).toMatchObject({ turn: 3 });
  expect(lost('paused', 2, wish)?.begun).toBeUndefined();
  const { turn = 0, begun } = lost('failed', 3, wish) ?? {};
  expect(steer.skip({ turn, turnsLeft: 2, failures: 0, wish, ...(begun && { begun }) }, ask, 20, false).skip).toMatchObject(ask);
});
