import type { EvaluationProgress } from '../../domain/model/evaluation.ts';
import { randomPlayerId } from '../../domain/model/model.ts';
import type { StageSpan } from '../../domain/pipeline/stage-history.ts';
import type { BegunView, PipelineView } from '../../domain/pipeline/view.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { PipelineRow } from '../node/resource-state.ts';
import { readLimits } from '../limits.ts';
import { readStandings } from '../pipeline/pipeline-wishes.ts';
import { readStages } from '../pipeline/stage-spans.ts';
import { feedbackOf } from './read-feedback.ts';
import { type LedgerFiles, parseNullable } from './ledger-files.ts';
import { setAsideOfPipeline } from './read-set-aside.ts';
import { given } from '../../base/given.ts';
import type { FailureRecord } from '../../domain/failure/record.ts';

export const pipelineReads = (files: LedgerFiles) => ({
  /** Returns the stages of a turn, in their order. */
  stages: (pipeline: string, turn: number): readonly StageSpan[] => readStages(files.resources, pipeline, turn, readLimits.stagesShownMax),
  /** Returns all pipelines that were ever run, as the ledgers know them now. */
  knownPipelines: (): readonly PipelineView[] => pipelinesOf(files),
});

export function pipelinesOf({ resources, ratings, games }: LedgerFiles): readonly PipelineView[] {
  const standings = readStandings(resources);
  return resources.all<PipelineRow>('SELECT * FROM pipelines ORDER BY name').map((row) => {
    const champion = ratings.get<{ model: string; elo: number; promotions: number }>(
      'SELECT model, elo, promotions FROM champions WHERE pipeline = ?',
      row.name,
    );
    const feedback = feedbackOf(ratings, row.name);
    const setAside = setAsideOfPipeline(games, row.name);
    return given({
      name: row.name,
      turn: row.turn,
      stage: row.stage,
      stageSinceMs: row.since_ms,
      detail: row.detail,
      champion: champion?.model ?? randomPlayerId(row.name),
      championElo: champion?.elo ?? 0,
      promotions: champion?.promotions ?? 0,
      games: games.get<{ games: number }>('SELECT games FROM totals WHERE pipeline = ?', row.name)?.games ?? 0,
      evaluation: parseNullable<EvaluationProgress>(row.evaluation),
      failure: parseNullable<FailureRecord>(row.failure),
      setAside: setAside.length === 0 ? undefined : setAside,
      standing: standings.get(row.name),
      begun: begunOf(ratings, row.name),
      feedback: feedback.length === 0 ? undefined : feedback,
    });
  });
}

function begunOf(ratings: LedgerReader, pipeline: string): BegunView | undefined {
  const row = ratings.get<{
    readonly turn: number;
    readonly runs: number;
    readonly payload_digest: string;
    readonly replaced_digest: string | null;
    readonly kept: string;
  }>('SELECT turn, runs, payload_digest, replaced_digest, kept FROM turns WHERE pipeline = ? ORDER BY turn DESC LIMIT 1', pipeline);
  if (row === undefined) return undefined;
  return {
    turn: row.turn,
    runs: row.runs,
    payloadDigest: row.payload_digest,
    kept: JSON.parse(row.kept) as string[],
    ...given({ replacedDigest: row.replaced_digest ?? undefined }),
  };
}
