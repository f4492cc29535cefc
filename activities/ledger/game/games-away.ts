import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { isGone, nodesToPull } from '../../../src/domain/game/replay.ts';
import type { LedgerDependencies } from '../dependencies.ts';

/** Where games lie that are not home yet. A node's state is what the sweep last recorded. */
export const gamesAway =
  ({ ledgers: { resources }, gameWork }: LedgerDependencies): LedgerActivities['gamesAway'] =>
  async ({ pipeline, turns }) => {
    const parts = await gameWork.partsAway({ pipeline, turns });
    const views = resources.nodes();
    const holders = new Set(parts.flatMap(({ tries }) => tries.flatMap(({ node }) => node ?? [])));
    return { nodes: nodesToPull(parts, turns.to, views), gone: [...holders].filter((node) => isGone(node, views)).toSorted() };
  };
