import { type FeedbackView, steeredKeys, type SteeredValues, type TurnResult, withinBounds } from '../../domain/pipeline/feedback.ts';
import type { PipelineConfig } from '../../domain/pipeline/pipeline.ts';
import { feedbackRows, valuesOf } from '../rating/feedback-values.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { LedgerFiles } from './ledger-files.ts';

interface ResultRow {
  readonly turn: number;
  readonly promoted: 0 | 1;
  readonly llr: number;
  readonly score: number | null;
  readonly config: string | null;
}

/** The newest verdict of each turn, with the values that the turn used. */
const selectResults = `
  SELECT judged.turn, promoted, llr, config,
    (SELECT avg((json_extract(value, '$.scores[0]') + json_extract(value, '$.scores[1]')) / 2.0) FROM json_each(pair_results)) AS score
  FROM (SELECT pipeline, turn, promoted, llr, pair_results, max(at_ms) FROM evaluations WHERE pipeline = ? GROUP BY turn ORDER BY turn DESC LIMIT ?) AS judged
  LEFT JOIN turns ON turns.pipeline = judged.pipeline AND turns.turn = judged.turn ORDER BY judged.turn DESC`;

export const feedbackReads = ({ ratings }: LedgerFiles) => ({
  /** Returns the results of the newest turns that have a verdict, the newest first. */
  turnResults: (pipeline: string, limit: number): readonly TurnResult[] => ratings.all<ResultRow>(selectResults, pipeline, limit).map(resultOf),
  /** Returns the values that the feedback of a pipeline has reached. */
  reachedValues: (pipeline: string): SteeredValues => valuesOf(feedbackRows(ratings, pipeline)),
});

const resultOf = ({ turn, promoted, llr, score, config }: ResultRow): TurnResult => {
  const used = config === null ? {} : (JSON.parse(config) as PipelineConfig);
  // A match without pairs says nothing, as an even one.
  return { turn, promoted: promoted === 1, llr, score: score ?? 0.5, used };
};

/** Returns the values that follow the results, for the next turn, by the bounds with which the newest turn began. */
export function feedbackOf(ratings: LedgerReader, pipeline: string): readonly FeedbackView[] {
  const row = ratings.get<{ readonly config: string | null }>('SELECT config FROM turns WHERE pipeline = ? ORDER BY turn DESC LIMIT 1', pipeline);
  const config = row?.config === null || row === undefined ? undefined : (JSON.parse(row.config) as PipelineConfig);
  if (config?.feedback === undefined) return [];
  const rows = feedbackRows(ratings, pipeline);
  return steeredKeys.flatMap((key): readonly FeedbackView[] => {
    const bounds = config.feedback?.[key];
    const used = config[key];
    if (bounds === undefined || used === undefined) return [];
    const found = rows.find((one) => one.key === key);
    if (found === undefined) return [{ key, value: used, ...bounds }];
    return [{ key, value: withinBounds(found.value, bounds), ...bounds, turn: found.turn, reason: found.reason }];
  });
}
