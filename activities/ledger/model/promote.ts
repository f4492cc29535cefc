import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { estimateElo, pentanomialOf } from '../../../src/domain/model/sprt.ts';
import type { LedgerDependencies } from '../dependencies.ts';

/**
 * Records the result of the gate. The candidate's rating is the champion's rating plus the estimate from the pairs. `estimateElo` limits the estimate
 * to ±800.
 */
export const promote =
  ({ ledgers: { ratings }, now }: LedgerDependencies): LedgerActivities['promote'] =>
  async (evaluation) =>
    ratings.promote(evaluation, estimateElo(pentanomialOf(evaluation.pairs)), now());
