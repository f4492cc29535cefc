import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { planReplay } from '../../../src/domain/game/replay.ts';
import { turnsGivenUp } from '../../../src/storage/pipeline/stage-spans.ts';
import type { LedgerDependencies } from '../dependencies.ts';
import { given } from '../../../src/base/given.ts';

/**
 * Enqueues replacements for games that will not come home. A replacement is its original under another name and owner. A replacement has the same
 * seed, model and payload as its original, whatever the cluster file says today, so that it plays exactly the same games. It avoids the node where
 * the games were damaged, if another node can take it.
 */
export const replayGames =
  ({ ledgers: { queue, resources, games }, gameWork, now }: LedgerDependencies): LedgerActivities['replayGames'] =>
  async ({ pipeline, turns, pulled, owner }) => {
    const slices = await gameWork.slicesAway({ pipeline, turns });
    const plan = planReplay(slices, resources.nodes(), pulled, turns.to, turnsGivenUp(resources.ledger, pipeline, turns));
    const added = queue.ledger.write(`replay games of ${pipeline}`, () => {
      // The plan was made before this transaction. A replacement that is in the queue by now is not enqueued again; the stage only waits for it.
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
    return given({
      items: [...plan.await, ...plan.replace.map(({ by }) => by)],
      added,
      turnHasGames: games.hasGames(pipeline, turns.to),
      late: plan.late.length,
      givenUp: plan.givenUp.length,
      firstGivenUp: plan.givenUp[0],
    });
  };
