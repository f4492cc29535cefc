/**
 * Table `stages` of `resource_state.db`: each stage of each turn with its start, end and outcome. The transaction that records the stage of a
 * pipeline also opens and closes the rows here (`src/domain/pipeline/stage-history.ts` decides which). A repeated record therefore changes nothing
 * here.
 */
import { given } from '../../base/given.ts';
import { type StageOutcome, type StageSpan, stageHistoryStep } from '../../domain/pipeline/stage-history.ts';
import type { Turns } from '../../domain/pipeline/pipeline.ts';
import type { PipelineStage } from '../../domain/pipeline/stages.ts';
import type { StageRecord } from '../../domain/pipeline/view.ts';
import { ledgerLimits } from '../limits.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { Ledger } from '../ledger/open-ledger.ts';
import { prune } from '../ledger/prune.ts';
import { publishStageEnded, publishStageStarted, publishTurnStarted, type StageEnd } from './publish-stage.ts';

export const stagesTable = `
  CREATE TABLE stages (
    seq INTEGER PRIMARY KEY,
    pipeline TEXT NOT NULL,
    turn INTEGER NOT NULL,
    stage TEXT NOT NULL,
    started_at_ms INTEGER NOT NULL,
    ended_at_ms INTEGER,
    outcome TEXT CHECK (outcome IN ('completed', 'failed', 'abandoned')),
    detail TEXT,
    failure_code TEXT
  ) STRICT;
  CREATE INDEX stages_of ON stages (pipeline, turn, seq);
  CREATE UNIQUE INDEX stages_open ON stages (pipeline) WHERE ended_at_ms IS NULL;
`;

interface SpanRow {
  readonly seq: number;
  readonly pipeline: string;
  readonly turn: number;
  readonly stage: PipelineStage;
  readonly started_at_ms: number;
  readonly ended_at_ms: number | null;
  readonly outcome: StageOutcome | null;
  readonly detail: string | null;
  readonly failure_code: string | null;
}

const retention = {
  table: 'stages',
  timeColumn: 'started_at_ms',
  where: 'ended_at_ms IS NOT NULL',
  rowsMax: ledgerLimits.stagesMax,
  ageMsMax: ledgerLimits.stagesMsMax,
};

/**
 * Updates the history of stages with the changes that `record` brings. Call this in the transaction that stores `record`, before the pipeline's row
 * changes. `detailBefore` is the last detail of the stage that ends, and `cause` is the event that ended it from outside.
 */
export function addToStages(ledger: Ledger, record: StageRecord, detailBefore: string | undefined, nowMs: number, cause?: string): void {
  const open = openSpan(ledger, record.pipeline);
  const step = stageHistoryStep(open, record);
  if (open !== undefined && step.close !== undefined)
    close(ledger, open, { outcome: step.close, detail: detailBefore, ...given({ failure: record.failure }), cause }, nowMs);
  if (!step.open) return;
  if (open?.turn !== record.turn) publishTurnStarted(ledger, record, nowMs);
  publishStageStarted(ledger, record, nowMs);
  ledger
    .statement('INSERT INTO stages (pipeline, turn, stage, started_at_ms) VALUES (?, ?, ?, ?)')
    .run(record.pipeline, record.turn, record.stage, nowMs);
  prune(ledger, retention, nowMs);
}

/** Closes as abandoned the stage that an earlier turn, or an earlier run of this turn, left open. This is called when a run of a turn begins. */
export function abandonStage(ledger: Ledger, pipeline: string, turn: number, detailBefore: string | undefined, nowMs: number): void {
  const open = openSpan(ledger, pipeline);
  if (open !== undefined && open.turn <= turn) close(ledger, open, { outcome: 'abandoned', detail: detailBefore }, nowMs);
}

/** Returns the turns in this range that have begun and never recorded their verdict: they failed or were skipped. `to` is not included. */
export const turnsGivenUp = (reader: Pick<Ledger, 'statement'>, pipeline: string, { from, to }: Turns): readonly number[] =>
  reader
    .statement<{ turn: number }>(
      `SELECT turn FROM stages WHERE pipeline = ? AND turn >= ? AND turn < ? GROUP BY turn
         HAVING sum(stage = 'promote' AND outcome = 'completed') = 0`,
    )
    .all(pipeline, from, to)
    .map(({ turn }) => turn);

const openSpan = (ledger: Ledger, pipeline: string): SpanRow | undefined =>
  ledger.statement<SpanRow>('SELECT * FROM stages WHERE pipeline = ? AND ended_at_ms IS NULL').get(pipeline);

type SpanEnd = Pick<StageEnd, 'outcome' | 'detail' | 'failure' | 'cause'>;

function close(ledger: Ledger, { seq, pipeline, turn, stage, started_at_ms: startedAtMs }: SpanRow, end: SpanEnd, nowMs: number): void {
  const { outcome, detail, failure } = end;
  ledger
    .statement('UPDATE stages SET ended_at_ms = ?, outcome = ?, detail = ?, failure_code = ? WHERE seq = ?')
    .run(nowMs, outcome, detail ?? null, outcome === 'failed' ? (failure?.code ?? null) : null, seq);
  publishStageEnded(ledger, { pipeline, turn, stage, startedAtMs, ...end }, nowMs);
}

/** Returns the stages of one turn of a pipeline, in their order. When there are more than `limit`, the last ones are returned. */
export const readStages = (reader: LedgerReader, pipeline: string, turn: number, limit: number): readonly StageSpan[] =>
  reader
    .all<SpanRow>('SELECT * FROM stages WHERE pipeline = ? AND turn = ? ORDER BY seq DESC LIMIT ?', pipeline, turn, limit)
    .toReversed()
    .map((row) => ({
      pipeline: row.pipeline,
      turn: row.turn,
      stage: row.stage,
      startedAtMs: row.started_at_ms,
      ...given({
        endedAtMs: row.ended_at_ms ?? undefined,
        outcome: row.outcome ?? undefined,
        detail: row.detail ?? undefined,
        failureCode: row.failure_code ?? undefined,
      }),
    }));
