import { describe, expect, it, test } from 'vitest';
import { adjustments, signOf, steeredConfig, type SteeredValues, type TurnResult } from '../../../src/domain/pipeline/feedback.ts';
import type { PipelineConfig } from '../../../src/domain/pipeline/pipeline.ts';

const values = { exploration: 0.1, gamesPerTurn: 200, intensity: 1 };
const feedback = { exploration: { min: 0, max: 0.4 }, gamesPerTurn: { min: 100, max: 300 }, intensity: { min: 0.5, max: 2.1 } };
const config = { name: 'cf', exploration: 0.1, gamesPerTurn: 200, feedback } as unknown as PipelineConfig;
const kinds = {
  gain: { promoted: true, score: 0.7, llr: 3 },
  loss: { promoted: false, score: 0.44, llr: -3 },
  near: { promoted: false, score: 0.53, llr: 0.1 },
  level: { promoted: false, score: 0.45, llr: 0 },
} as const;
type Kind = keyof typeof kinds;
const turn = (at: number, kind: Kind, used: SteeredValues = values): TurnResult => ({ turn: at, ...kinds[kind], used });
const twice = (kind: Kind, used: SteeredValues = values): readonly TurnResult[] => [turn(8, kind, used), turn(7, kind, used)];
const changed = (...given: Parameters<typeof adjustments>): object => Object.fromEntries(adjustments(...given).map(({ key, to }) => [key, to]));
const repeats = { measure: 'duplicates', say: '90 % of the games repeat another game' } as const;

test.each(Object.keys(kinds) as Kind[])('a turn counts as %s by its verdict, its points and its ratio', (kind) => {
  expect(signOf(turn(1, kind))).toBe(kind);
});

test.each([
  ['gain', { exploration: 0.05, gamesPerTurn: 175, intensity: 1.2 }],
  ['loss', { intensity: 0.8 }],
  ['near', { gamesPerTurn: 225 }],
  ['level', { exploration: 0.15 }],
] as const)('two turns of %s move each value by one step', (kind, to) => {
  expect(changed(config, {}, twice(kind), [])).toEqual(to);
});

test('a change names the turns and their result', () => {
  expect(adjustments(config, {}, twice('near'), [])).toEqual([
    { key: 'gamesPerTurn', from: 200, to: 225, reason: 'turns 7 and 8 brought candidates that are better by too little' },
  ]);
});

describe('nothing changes', () => {
  it('after one turn, after turns that differ, and without results', () => {
    expect(changed(config, {}, [turn(8, 'gain')], [])).toEqual({});
    expect(changed(config, {}, [turn(8, 'gain'), turn(7, 'level'), turn(6, 'gain')], [])).toEqual({});
    expect(changed(config, {}, [], [repeats])).toEqual({});
  });

  it('when one of the turns used another value, as the turns before a step did', () => {
    const step = { exploration: 0.15 };
    expect(changed(config, step, twice('level'), [repeats])).toEqual({});
    expect(changed(config, step, [turn(8, 'level', { ...values, ...step }), turn(7, 'level')], [])).toEqual({});
    expect(changed(config, step, twice('level', { ...values, ...step }), [])).toEqual({ exploration: 0.2 });
  });

  it('to a value without bounds, and in a pipeline without feedback', () => {
    const { feedback: _none, ...fixed } = config;
    expect(changed(fixed, {}, twice('gain'), [repeats])).toEqual({});
    expect(changed({ ...config, feedback: { intensity: feedback.intensity } }, {}, twice('gain'), [repeats])).toEqual({ intensity: 1.2 });
  });

  it('beyond a bound: the last step ends there', () => {
    const high = { exploration: 0.38, gamesPerTurn: 290, intensity: 2.1 };
    expect(changed(config, high, twice('level', high), [])).toEqual({ exploration: 0.4 });
    expect(changed(config, high, twice('near', high), [])).toEqual({ gamesPerTurn: 300 });
    const most = { exploration: 0.4, gamesPerTurn: 300, intensity: 0.5 };
    for (const kind of ['level', 'near', 'loss'] as const) expect(changed(config, most, twice(kind, most), [])).toEqual({});
  });
});

test('repeated games and draws raise the exploration after one turn, and forbid its step down', () => {
  expect(adjustments(config, {}, [turn(8, 'near')], [repeats])).toEqual([
    { key: 'exploration', from: 0.1, to: 0.15, reason: 'in turn 8, 90 % of the games repeat another game' },
  ]);
  expect(changed(config, {}, twice('gain'), [{ measure: 'draws', say: '99 % of the games are draws' }])).toMatchObject({ exploration: 0.15 });
  expect(changed(config, {}, twice('gain'), [{ measure: 'colours', say: 'the first player has 99 % of the points' }])).toMatchObject({
    exploration: 0.05,
  });
});

test('a step of games is a whole number, also within narrow bounds', () => {
  const narrow = { ...config, feedback: { gamesPerTurn: { min: 199, max: 202 } } };
  expect(changed(narrow, {}, twice('near'), [])).toEqual({ gamesPerTurn: 201 });
});

test('a turn takes the values that the feedback has reached, within the present bounds', () => {
  expect(steeredConfig(config, {})).toEqual({ ...config, intensity: 1 });
  expect(steeredConfig(config, { exploration: 0.2, gamesPerTurn: 900, intensity: 0.1 })).toMatchObject({
    exploration: 0.2,
    gamesPerTurn: 300,
    intensity: 0.5,
  });
  const { feedback: _none, ...fixed } = config;
  expect(steeredConfig(fixed, { exploration: 0.2 })).toEqual(fixed);
});

test('over random results, no value leaves its bounds, and no value changes twice within two turns unless its games are bad', () => {
  let seed = 7;
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  let reached: SteeredValues = {};
  const results: TurnResult[] = [];
  const changedAt = new Map<string, number>();
  let moves = 0;
  for (let at = 1; at <= 2_000; at += 1) {
    const kind = (Object.keys(kinds) as Kind[])[Math.floor(random() * 4)] ?? 'level';
    const { exploration, gamesPerTurn, intensity } = steeredConfig(config, reached);
    results.unshift(turn(at, kind, { exploration, gamesPerTurn, ...(intensity === undefined ? {} : { intensity }) }));
    for (const { key, from, to } of adjustments(config, reached, results, [])) {
      const { min, max } = feedback[key];
      expect(to).toBeGreaterThanOrEqual(min);
      expect(to).toBeLessThanOrEqual(max);
      expect(Math.abs(to - from)).toBeLessThanOrEqual((max - min) / 8 + 0.000_001);
      expect(at - (changedAt.get(key) ?? -2)).toBeGreaterThanOrEqual(2);
      changedAt.set(key, at);
      reached = { ...reached, [key]: to };
      moves += 1;
    }
  }
  expect(moves).toBeGreaterThan(100);
});
