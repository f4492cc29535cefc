import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { isGone, nodesToPull } from '../../../src/domain/game/replay.ts';
import type { LedgerDependencies } from '../dependencies.ts';

/**
 * Returns the nodes whose games are not home yet, in two lists: nodes to pull from, and nodes that are gone. The state that the sweep last recorded
 * decides which nodes are gone.
 */
export const gamesAway =
  ({ ledgers: { resources }, gameWork, now }: LedgerDependencies): LedgerActivities['gamesAway'] =>
  async ({ pipeline, turns }) => {
    const slices = await gameWork.slicesAway({ pipeline, turns });
    const views = resources.nodes();
    const holders = new Set(slices.flatMap(({ tries }) => tries.flatMap(({ node }) => node ?? [])));
    return { nodes: nodesToPull(slices, turns.to, views, now()), gone: [...holders].filter((node) => isGone(node, views)).toSorted() };
  };
