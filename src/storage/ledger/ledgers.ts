/** All ledgers of a state folder, open for writing: for the ledger worker alone. */
import { openClosedJobs, type ClosedJobs } from '../queue/closed-jobs.ts';
import { openGameStore, type GameStore } from '../game/game-store.ts';
import { ledgerPaths, type LedgerPaths } from './ledger-paths.ts';
import type { OpenLedgerOptions } from './open-ledger.ts';
import { openRatings, type Ratings } from '../rating/ratings.ts';
import { openResourceState, type ResourceState } from '../node/resource-state.ts';
import { openSyncHistory, type SyncHistory } from '../sync/sync-history.ts';
import { openWorkQueue, type WorkQueue } from '../queue/work-queue.ts';

export interface Ledgers {
  readonly paths: LedgerPaths;
  readonly queue: WorkQueue;
  readonly tasks: ClosedJobs;
  readonly resources: ResourceState;
  readonly syncs: SyncHistory;
  readonly ratings: Ratings;
  readonly games: GameStore;
  close: () => void;
}

export function openLedgers(stateFolder: string, options: OpenLedgerOptions = {}): Ledgers {
  const paths = ledgerPaths(stateFolder);
  const opened: { close: () => void }[] = [];
  const keep = <T extends { close: () => void }>(ledger: T): T => {
    opened.unshift(ledger);
    return ledger;
  };
  const close = (): void => opened.splice(0).forEach((ledger) => ledger.close());
  try {
    return {
      paths,
      queue: keep(openWorkQueue(paths.queue, options)),
      tasks: keep(openClosedJobs(paths.tasks, options)),
      resources: keep(openResourceState(paths.resources, options)),
      syncs: keep(openSyncHistory(paths.syncs, options)),
      ratings: keep(openRatings(paths.ratings, options)),
      games: keep(openGameStore(paths.games, options)),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}
