/** Table `turns` of `elo.db`: the values that each turn uses. The first run of a turn fixes them (`src/domain/pipeline/fixed-turn.ts`). */
import { given } from '../../base/given.ts';
import { type FixedTurn, planTurn, type PresentTurn, type TurnPlan } from '../../domain/pipeline/fixed-turn.ts';
import { steeredConfig } from '../../domain/pipeline/feedback.ts';
import type { PipelineConfig } from '../../domain/pipeline/pipeline.ts';
import type { Ledger } from '../ledger/open-ledger.ts';
import { reachedValues } from './feedback-values.ts';

interface TurnRow {
  readonly pipeline: string;
  readonly turn: number;
  readonly champion: string | null;
  readonly payload_digest: string;
  readonly config: string | null;
  readonly revision: number;
  readonly reruns: number;
}

/** The present values. A caller of an older release names no configuration. */
export type PresentRun = Omit<PresentTurn, 'isJudged' | 'config'> & { readonly config?: PipelineConfig };
/** The values that the run uses. A number is absent while it is 0. */
export type BegunTurn = Pick<FixedTurn, 'payloadDigest' | 'config'> & Partial<Pick<FixedTurn, 'revision' | 'reruns'>>;

interface Run {
  readonly pipeline: string;
  readonly turn: number;
  /** The id of the present champion. null: the random player. */
  readonly champion: string | null;
  readonly present: PresentRun;
}

/** Records that a run of a turn begins, and returns the values that it uses. Call this in a transaction. */
export function beginRun(ledger: Ledger, { pipeline, turn, champion, present }: Run): BegunTurn & { readonly championId: string | null } {
  ledger
    .statement('INSERT INTO turns (pipeline, turn, champion, payload_digest) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
    .run(pipeline, turn, champion, present.payloadDigest);
  const row = ledger.statement<TurnRow>('SELECT * FROM turns WHERE pipeline = ? AND turn = ?').get(pipeline, turn);
  if (row === undefined) throw new Error('the row was just written');
  const { payloadDigest, revision, reruns, config, replaced, kept } = planOf(ledger, row, present);
  ledger
    .statement(
      `UPDATE turns SET payload_digest = ?, config = ?, revision = ?, reruns = ?, runs = runs + 1,
         replaced_digest = coalesce(?, replaced_digest), kept = ? WHERE pipeline = ? AND turn = ?`,
    )
    .run(
      payloadDigest,
      config === undefined ? null : JSON.stringify(config),
      revision,
      reruns,
      replaced ?? null,
      JSON.stringify(kept),
      pipeline,
      turn,
    );
  const some = (count: number): number | undefined => (count === 0 ? undefined : count);
  return { championId: row.champion, payloadDigest, ...given({ config, revision: some(revision), reruns: some(reruns) }) };
}

function planOf(ledger: Ledger, row: TurnRow, { config, ...present }: PresentRun): Omit<TurnPlan, 'config'> & { readonly config?: PipelineConfig } {
  const { pipeline, turn, payload_digest: payloadDigest, revision, reruns } = row;
  const stored = row.config === null ? undefined : (JSON.parse(row.config) as PipelineConfig);
  const fixed = { payloadDigest, revision, reruns, ...given({ config: stored }) };
  const known = config === undefined ? stored : steeredConfig(config, reachedValues(ledger, pipeline));
  if (known === undefined) return { ...fixed, kept: [] };
  const isJudged = ledger.statement('SELECT 1 FROM evaluations WHERE pipeline = ? AND turn = ?').get(pipeline, turn) !== undefined;
  return planTurn(fixed, { ...present, config: known, isJudged });
}
