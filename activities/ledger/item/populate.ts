import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { populateSelfPlay } from '../../../src/domain/item/populate.ts';
import type { LedgerDependencies } from '../dependencies.ts';

export const populate =
  ({ ledgers: { queue }, now }: LedgerDependencies): LedgerActivities['populate'] =>
  async (wanted) =>
    queue.ledger.write(`populate ${wanted.pipeline}`, () => {
      const plan = populateSelfPlay(wanted, (item) => queue.wantedStateOf(item));
      return { items: plan.items, added: queue.enqueue(plan.add, now()) };
    });
