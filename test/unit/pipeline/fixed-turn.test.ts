import { describe, expect, it } from 'vitest';
import { planTurn } from '../../../src/domain/pipeline/fixed-turn.ts';
import type { PipelineConfig, StageConfig } from '../../../src/domain/pipeline/pipeline.ts';

const stage: StageConfig = { command: ['old'], limits: { runSecondsMax: 60, silentSecondsMax: 60 }, attemptsMax: 1, labels: [], slots: 1, env: {} };
const began: PipelineConfig = {
  name: 'cf',
  payload: '/payload',
  seed: 1,
  turns: 0,
  gamesPerTurn: 200,
  gamesPerItem: 25,
  windowTurns: 3,
  exploration: 0.1,
  selfPlay: stage,
  train: stage,
  evaluate: stage,
  gate: { elo0: 0, elo1: 50, alpha: 0.05, beta: 0.05, pairsMax: 200, pairsPerItem: 10 },
};
const fixed = { payloadDigest: 'old', config: began, revision: 0, reruns: 0 };

describe('a turn that runs again', () => {
  it.each([
    ['seed', { seed: 2 }],
    ['gamesPerTurn', { gamesPerTurn: 100 }],
    ['gamesPerItem', { gamesPerItem: 10 }],
    ['windowTurns', { windowTurns: 1 }],
    ['exploration', { exploration: 0.5 }],
    ['selfPlay', { selfPlay: { ...stage, command: ['new'] } }],
    ['train', { train: { ...stage, slots: 2 } }],
    ['evaluate', { evaluate: { ...stage, env: { A: '1' } } }],
    ['gate', { gate: { ...began.gate, pairsMax: 10 } }],
  ] as const)('keeps %s as it was when the turn began', (key, change) => {
    const present = { ...began, ...change };
    for (const again of [undefined, {}]) {
      const plan = planTurn(fixed, { payloadDigest: 'old', config: present, isJudged: false, ...(again && { again }) });
      expect(plan.config).toEqual(began);
      expect(plan.kept).toEqual([key]);
      expect(plan.revision).toBe(0);
    }
  });

  it('does not depend on the number of turns or on the path of the payload', () => {
    const plan = planTurn(fixed, { payloadDigest: 'old', config: { ...began, turns: 9, payload: '/elsewhere' }, isJudged: false });
    expect(plan.kept).toEqual([]);
  });

  it('keeps its payload when it is repeated by itself, and takes the mended one when an operator asks for another run', () => {
    const present = { payloadDigest: 'new', config: began, isJudged: false };
    expect(planTurn(fixed, present)).toMatchObject({ payloadDigest: 'old', revision: 0, reruns: 0, kept: ['payload'] });
    expect(planTurn(fixed, { ...present, again: {} })).toMatchObject({ payloadDigest: 'new', replaced: 'old', revision: 1, reruns: 1, kept: [] });
    expect(planTurn(fixed, { ...present, again: {}, isJudged: true })).toMatchObject({ payloadDigest: 'old', revision: 0, kept: ['payload'] });
  });

  it('takes the stages of the cluster file only when the operator asks for them, and nothing else', () => {
    const train = { ...stage, command: ['new'] };
    const plan = planTurn(fixed, { payloadDigest: 'old', config: { ...began, train, seed: 7 }, isJudged: false, again: { stages: true } });
    expect(plan.config).toEqual({ ...began, train });
    expect(plan).toMatchObject({ revision: 1, kept: ['seed'] });
  });

  it('of a release that fixed no configuration takes the present one', () => {
    const { config: _none, ...older } = fixed;
    expect(planTurn(older, { payloadDigest: 'old', config: began, isJudged: false })).toMatchObject({ config: began, kept: [] });
  });
});
