/** This module runs in the thread that `tidy-thread.ts` opens. */
import { pastGames } from '../../activities/ledger/game/past-games.ts';
import type { Tidied, TidyPart } from '../../src/domain/cluster/retention.ts';
import { openSelfPlayItems } from '../../src/storage/game/self-play-items.ts';
import { ledgerPaths } from '../../src/storage/ledger/ledger-paths.ts';
import { openOneLedger } from '../../src/storage/ledger/ledgers.ts';
import { removalTime } from '../../src/domain/cluster/removal-time.ts';
import { readRemovalTime } from '../../src/storage/read/read-removal-time.ts';
import { tidyReplicas } from '../../src/storage/retention/tidy-replicas.ts';
import { tidyHome } from '../../src/storage/retention/tidy-home.ts';
import { tidyGames, type TidyLedgers, tidyItems } from '../../src/storage/retention/tidy-ledgers.ts';
import { type ReadRetention, readRetention } from './read-retention.ts';

type TidyFacts = TidyLedgers & ReadRetention;

/** Removes the replicas of games of nodes that left the cluster. */
function replicas({ state, retention: { gamesMs }, windowTurns, nodes, nowMs }: TidyFacts): Tidied {
  if (gamesMs === undefined) return { removed: 0, bytes: 0 };
  const games = openOneLedger(state, 'games');
  const items = openSelfPlayItems(ledgerPaths(state).queue);
  try {
    return tidyReplicas({ state, nodes, past: pastGames({ stateFolder: state, games, items }, windowTurns), beforeMs: nowMs - gamesMs });
  } finally {
    items.close();
    games.close();
  }
}

const parts = {
  files: ({ state, retention, nowMs }: TidyLedgers): Tidied => tidyHome(state, retention, nowMs),
  items: async (facts: TidyLedgers): Promise<Tidied> => ({ removed: 0, bytes: 0, items: await tidyItems(facts) }),
  games: async (facts: TidyLedgers): Promise<Tidied> => ({ removed: 0, bytes: 0, games: await tidyGames(facts) }),
  replicas,
} as const satisfies Readonly<Record<TidyPart, (facts: TidyFacts) => Tidied | Promise<Tidied>>>;

export interface TidyTask {
  readonly state: string;
  readonly part: TidyPart;
}

/**
 * The limits and the windows of the pipelines are read at each run, so a change of the cluster file holds from the next run. Ages count from the removal
 * time, which a step of the clock does not move.
 */
export async function runTidy({ state, part }: TidyTask): Promise<Tidied> {
  return parts[part]({ state, ...readRetention(state), nowMs: removalTime(readRemovalTime(state), Date.now()).atMs });
}
