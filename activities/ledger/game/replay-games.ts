import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { planReplay } from '../../../src/domain/game/replay.ts';
import type { LedgerDependencies } from '../dependencies.ts';

/**
 * Plays again what will not come home. A replacement is its original under another name and owner: same seed, model and payload, whatever the cluster
 * file says today, so that its games are the very same games. It goes elsewhere than where they were damaged, if it can.
 */
export const replayGames =
  ({ ledgers: { queue, resources, games }, gameWork, now }: LedgerDependencies): LedgerActivities['replayGames'] =>
  async ({ pipeline, turns, pulled, owner }) => {
    const parts = await gameWork.partsAway({ pipeline, turns });
    const plan = planReplay(parts, resources.nodes(), pulled);
    const added = queue.ledger.write(`replay games of ${pipeline}`, () => {
      // The look was before this transaction: who is there by now is only waited for.
      const missing = plan.replace.filter(({ by }) => queue.stateOf(by) === undefined);
      return queue.enqueue(
        missing.flatMap(({ original, by }) => {
          const row = queue.row(original);
          return row === undefined ? [] : [{ ...queue.spec(row.seq), id: by, owner }];
        }),
        now(),
        new Map(missing.flatMap(({ by, avoid }) => (avoid === undefined ? [] : [[by, avoid]]))),
      );
    });
    return {
      items: [...plan.await, ...plan.replace.map(({ by }) => by)],
      added,
      turnHasGames: games.hasGames(pipeline, turns.to),
      late: plan.late.length,
      givenUp: plan.givenUp.length,
      ...(plan.givenUp[0] === undefined ? {} : { firstGivenUp: plan.givenUp[0] }),
    };
  };
