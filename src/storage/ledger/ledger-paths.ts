import { join } from 'node:path';

/** Where the runbooks look for each file, under the state folder. */
export const ledgerPaths = (stateFolder: string) => ({
  queue: join(stateFolder, 'data/work_queue.db'),
  tasks: join(stateFolder, 'data/coordination/tasks.db'),
  resources: join(stateFolder, 'data/coordination/resource_state.db'),
  syncs: join(stateFolder, 'data/sync_history.db'),
  ratings: join(stateFolder, 'data/elo.db'),
  games: join(stateFolder, 'data/games/selfplay.db'),
  blobs: join(stateFolder, 'data/blobs'),
});
export type LedgerPaths = ReturnType<typeof ledgerPaths>;
