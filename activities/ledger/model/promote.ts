import type { LedgerActivities } from '../../../src/contract/activities.ts';
import { estimateElo, pentanomialOf } from '../../../src/domain/model/sprt.ts';
import type { LedgerDependencies } from '../dependencies.ts';

/** Ratings are relative to the champion: candidate = champion + estimate from the pairs, which `estimateElo` keeps within ±800. */
export const promote =
  ({ ledgers: { ratings }, now }: LedgerDependencies): LedgerActivities['promote'] =>
  async (evaluation) => {
    const { elo, error } = estimateElo(pentanomialOf(evaluation.pairs));
    return ratings.promote({ ...evaluation, estimate: { elo, error } }, now());
  };
