/**
 * Removes the rows of ledgers that are older than the limits. This runs in a thread of the ledger worker with connections of its own, so other writers of
 * these files wait for one small transaction at most. The ledger worker has opened and migrated the files before.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RetentionConfig } from '../../domain/cluster/retention.ts';
import { ledgerPaths } from '../ledger/ledger-paths.ts';
import { openLedger, type Ledger } from '../ledger/open-ledger.ts';
import { ledgerRegistry } from '../ledger/registry.ts';
import { retentionLimits } from '../limits.ts';
import { newestTurns } from './newest-turns.ts';
import { removeGames } from './remove-games.ts';
import { removeItems } from './remove-items.ts';

export interface TidyLedgers {
  readonly state: string;
  readonly retention: RetentionConfig;
  /** The key `windowTurns` of each pipeline of the cluster file. */
  readonly windowTurns: Readonly<Record<string, number>>;
  readonly nowMs: number;
}

/** Returns the number of closed items that were removed. */
export async function tidyItems({ state, retention: { itemsMs }, windowTurns, nowMs }: TidyLedgers): Promise<number> {
  if (itemsMs === undefined) return 0;
  const newest = newestTurns(state, windowTurns);
  return opened(state, 'queue', (queue) => removeItems(queue, { beforeMs: nowMs - itemsMs, newest, pause }));
}

/** Returns the number of games that were removed. */
export async function tidyGames({ state, retention: { gamesMs }, windowTurns, nowMs }: TidyLedgers): Promise<number> {
  if (gamesMs === undefined) return 0;
  const newest = newestTurns(state, windowTurns);
  return opened(state, 'queue', (queue) => {
    const known = queue.statement('SELECT 1 FROM items WHERE id = ?');
    const hasItem = (item: string): boolean => known.get(item) !== undefined;
    return opened(state, 'games', (games) => removeGames(games, { beforeMs: nowMs - gamesMs, newest, hasItem, pause }));
  });
}

const pause = (): Promise<void> => sleep(retentionLimits.removalPauseMs);

async function opened<T>(state: string, key: 'queue' | 'games', use: (ledger: Ledger) => Promise<T>): Promise<T> {
  const { schema, limits } = ledgerRegistry[key];
  const ledger = openLedger(ledgerPaths(state)[key], schema, { ...limits, state, isChecked: true });
  try {
    return await use(ledger);
  } finally {
    ledger.close();
  }
}
