import type { ModelView } from '../../domain/model/model.ts';
import { ledgerLimits } from '../limits.ts';
import type { ModelRow } from '../rating/ratings-rows.ts';
import { bounded, type LedgerFiles } from './ledger-files.ts';

export const modelReads = (files: LedgerFiles) => ({
  /** Returns models, the newest first. */
  models: (limit: number = ledgerLimits.listRowsMax): readonly ModelView[] =>
    files.ratings.all<ModelRow>('SELECT * FROM models ORDER BY created_at_ms DESC LIMIT ?', bounded(limit)).map(toModel),
});

const toModel = (row: ModelRow): ModelView => ({
  id: row.id,
  pipeline: row.pipeline,
  turn: row.turn,
  sha256: row.sha256,
  state: row.state,
  elo: row.elo,
  eloError: row.elo_error,
  trainingSet: row.training_set,
  createdAtMs: row.created_at_ms,
});
