import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { gamesDataset } from '../../../src/domain/dataset/names.ts';
import { publishOnce } from '../../../src/storage/event/publish.ts';
import type { LedgerDependencies } from '../dependencies.ts';

/** Returns the turns whose files of games may go from the nodes. Returns no turns when the cluster file keeps games for ever. */
export const pastGames =
  ({ gameWork, retention }: LedgerDependencies): LedgerActivities['pastGames'] =>
  async () => {
    const { gamesMs, windowTurns } = retention();
    return gamesMs === undefined ? { past: [], ageMs: 0 } : { past: await gameWork.pastGames({ windowTurns }), ageMs: gamesMs };
  };

/** Starts a sync of each dataset that lost files on the node, so that its replica at home loses them too, and publishes an event for each dataset. */
export const gameFilesRemoved =
  ({ ledgers: { queue }, workflows, now }: LedgerDependencies): LedgerActivities['gameFilesRemoved'] =>
  async ({ node, key, removed }) => {
    for (const { pipeline } of removed) await workflows.startSync({ dataset: gamesDataset(pipeline), source: node, target: 'home' });
    queue.ledger.write(`note the files of games that ${node} lost`, () => {
      for (const { pipeline, files, bytes } of removed) {
        const story = `game files ${node} ${pipeline} ${key}`;
        publishOnce(queue.ledger, story, 'GAME_FILES_REMOVED', { node, pipeline, files, bytes }, { atMs: now(), actor: 'ledger' });
      }
    });
  };
