/**
 * The feedback of a pipeline: the results of its turns change the exploration, the games of a turn and the intensity of the training, within the bounds of
 * the cluster file. A value without bounds stays as it is.
 *
 * A turn is a gain (its candidate was promoted), a loss (not promoted, and below 45 % of the points), near (not promoted, and the log-likelihood ratio
 * of the gate is above 0), or level (any other).
 *
 * | value       | one step up                                                  | one step down |
 * |-------------|--------------------------------------------------------------|---------------|
 * | exploration | the newest games repeat or are draws; or two level turns     | two gains     |
 * | games       | two near turns                                               | two gains     |
 * | intensity   | two gains                                                    | two losses    |
 *
 * A step is an eighth of the way from `min` to `max`. Two turns in a row must show the same, and both must have used the present value. So a value changes once in two
 * turns at most, no turn counts for two steps, and turns that go to and fro change nothing. Bad games need one turn, because they are counted over many
 * games. Bad games also forbid the step down of the exploration.
 *
 * Gains show that the training can take more from its games, so it works harder on fewer games that are played better. A near turn lacks games. A loss
 * comes from a training that fits its games too closely. Level turns show that the games have nothing new.
 */
import type { BatchFault } from '../game/quality.ts';
import type { PipelineConfig } from './pipeline.ts';

/** The values that follow the results, by their keys of the pipeline's record. */
export const steeredKeys = ['exploration', 'gamesPerTurn', 'intensity'] as const satisfies readonly (keyof PipelineConfig)[];
export type SteeredKey = (typeof steeredKeys)[number];

export interface Bounds {
  readonly min: number;
  readonly max: number;
}
export type FeedbackBounds = Readonly<Partial<Record<SteeredKey, Bounds>>>;
export type SteeredValues = Readonly<Partial<Record<SteeredKey, number>>>;

/** The result of a turn, with the values that the turn used. */
export interface TurnResult {
  readonly turn: number;
  readonly promoted: boolean;
  /** The candidate's share of the points against the champion. */
  readonly score: number;
  /** The log-likelihood ratio of the gate. */
  readonly llr: number;
  readonly used: SteeredValues;
}

/** A change of one value. */
export interface Adjustment {
  readonly key: SteeredKey;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

/** The changes that follow from the result of a turn. */
export interface Adjustments {
  readonly pipeline: string;
  readonly turn: number;
  readonly changes: readonly Adjustment[];
}

/** A value that follows the results. */
export interface FeedbackView extends Bounds {
  readonly key: SteeredKey;
  readonly value: number;
  /** The turn whose result led to the value, and the reason. Absent while the value is the one of the cluster file. */
  readonly turn?: number;
  readonly reason?: string;
}

/** The intensity of a training whose pipeline names no other. */
const intensityDefault = 1;
const steps = 8;
const turnsInRow = 2;
const lossScoreMax = 0.45;

type Sign = 'gain' | 'loss' | 'near' | 'level';

interface Rule {
  readonly up: Sign;
  readonly down: Sign;
  readonly isWhole?: true;
}
const rules: Readonly<Record<SteeredKey, Rule>> = {
  exploration: { up: 'level', down: 'gain' },
  gamesPerTurn: { up: 'near', down: 'gain', isWhole: true },
  intensity: { up: 'gain', down: 'loss' },
};
/** The reason of a step, after the numbers of the turns. */
const words: Readonly<Record<Sign, string>> = {
  gain: 'brought new champions',
  loss: 'brought candidates that are weaker than the champion',
  near: 'brought candidates that are better by too little',
  level: 'brought candidates that are about equal to the champion',
};

export function signOf({ promoted, score, llr }: TurnResult): Sign {
  if (promoted) return 'gain';
  if (score < lossScoreMax) return 'loss';
  return llr > 0 ? 'near' : 'level';
}

/** Returns the configuration with the values that the feedback has reached. A value stays within the bounds of the configuration. */
export function steeredConfig(config: PipelineConfig, reached: SteeredValues): PipelineConfig {
  const { feedback } = config;
  if (feedback === undefined) return config;
  const values = steeredKeys.flatMap((key) => {
    const bounds = feedback[key];
    return bounds === undefined ? [] : [[key, withinBounds(reached[key] ?? config[key] ?? intensityDefault, bounds)] as const];
  });
  return { ...config, ...Object.fromEntries(values) };
}

export const withinBounds = (value: number, { min, max }: Bounds): number => Math.min(max, Math.max(min, value));

/** Returns the changes that follow from the results, the newest turn first, and from the faults of the newest games. */
export function adjustments(
  config: PipelineConfig,
  reached: SteeredValues,
  results: readonly TurnResult[],
  faults: readonly BatchFault[],
): readonly Adjustment[] {
  const present = steeredConfig(config, reached);
  return steeredKeys.flatMap((key) => {
    const bounds = config.feedback?.[key];
    const from = present[key];
    if (bounds === undefined || from === undefined) return [];
    const wanted = directionOf(key, results, from, faults);
    const to = wanted === undefined ? from : next(from, wanted.sign, bounds, rules[key].isWhole === true);
    return wanted === undefined || to === from ? [] : [{ key, from, to, reason: wanted.reason }];
  });
}

function directionOf(
  key: SteeredKey,
  results: readonly TurnResult[],
  present: number,
  faults: readonly BatchFault[],
): { readonly sign: 1 | -1; readonly reason: string } | undefined {
  const [newest] = results;
  if (newest?.used[key] !== present) return undefined;
  const poor = key === 'exploration' ? faults.find(({ measure }) => measure === 'duplicates' || measure === 'draws') : undefined;
  if (poor !== undefined) return { sign: 1, reason: `in turn ${newest.turn}, ${poor.say}` };
  const row = results.slice(0, turnsInRow);
  const sign = signOf(newest);
  if (row.length < turnsInRow || row.some((one) => one.used[key] !== present || signOf(one) !== sign)) return undefined;
  const { up, down } = rules[key];
  if (sign !== up && sign !== down) return undefined;
  return {
    sign: sign === up ? 1 : -1,
    reason: `turns ${row
      .map(({ turn }) => turn)
      .reverse()
      .join(' and ')} ${words[sign]}`,
  };
}

/** Returns the value one step further. The precision is limited, so that sums of steps are equal in every order. */
function next(from: number, sign: 1 | -1, bounds: Bounds, isWhole: boolean): number {
  const step = (bounds.max - bounds.min) / steps;
  return withinBounds(isWhole ? from + sign * Math.max(1, Math.round(step)) : Number((from + sign * step).toPrecision(6)), bounds);
}
