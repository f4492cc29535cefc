import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { estimateElo, pentanomialOf } from '../../../src/domain/model/sprt.ts';
import type { LedgerDependencies } from '../dependencies.ts';

/** Ratings are relative to the champion: candidate = champion + estimate from the pairs, which `estimateElo` keeps within ±800. */
export const promote =
  ({ ledgers: { ratings }, now }: LedgerDependencies): LedgerActivities['promote'] =>
  async (evaluation) =>
    ratings.promote(evaluation, estimateElo(pentanomialOf(evaluation.pairs)), now());
