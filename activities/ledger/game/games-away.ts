import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { isGone, nodesToPull } from '../../../src/domain/game/replay.ts';
import type { LedgerDependencies } from '../dependencies.ts';

/** Returns where games are that are not home yet. The state of a node is the one that the sweep last recorded. */
export const gamesAway =
  ({ ledgers: { resources }, gameWork }: LedgerDependencies): LedgerActivities['gamesAway'] =>
  async ({ pipeline, turns }) => {
    const slices = await gameWork.slicesAway({ pipeline, turns });
    const views = resources.nodes();
    const holders = new Set(slices.flatMap(({ tries }) => tries.flatMap(({ node }) => node ?? [])));
    return { nodes: nodesToPull(slices, turns.to, views), gone: [...holders].filter((node) => isGone(node, views)).toSorted() };
  };
