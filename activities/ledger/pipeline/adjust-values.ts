import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { adjustValues as adjust } from '../../../src/storage/rating/feedback-values.ts';
import type { LedgerDependencies } from '../dependencies.ts';

export const adjustValues =
  ({ ledgers: { ratings }, now }: LedgerDependencies): LedgerActivities['adjustValues'] =>
  async (adjustments) =>
    adjust(ratings.ledger, adjustments, now());
