/** This module runs in the thread that `tidy-duty.ts` starts. */
import { tidyHome } from '../../src/storage/retention/tidy-home.ts';
import { tidyGames, type TidyLedgers, tidyItems } from '../../src/storage/retention/tidy-ledgers.ts';
import { readRetention } from './read-retention.ts';

/** What one part of a run has removed. */
export interface Tidied {
  readonly removed: number;
  readonly bytes: number;
  readonly items?: number;
  readonly games?: number;
}

const parts = {
  files: ({ state, retention, nowMs }: TidyLedgers): Tidied => tidyHome(state, retention, nowMs),
  items: async (facts: TidyLedgers): Promise<Tidied> => ({ removed: 0, bytes: 0, items: await tidyItems(facts) }),
  games: async (facts: TidyLedgers): Promise<Tidied> => ({ removed: 0, bytes: 0, games: await tidyGames(facts) }),
} as const;
export type TidyPart = keyof typeof parts;
export const tidyParts = Object.keys(parts) as readonly TidyPart[];

export interface TidyTask {
  readonly state: string;
  readonly part: TidyPart;
}

/** The limits and the windows of the pipelines are read at each run, so a change of the cluster file holds from the next run. */
export async function runTidy({ state, part }: TidyTask): Promise<Tidied> {
  return parts[part]({ state, ...readRetention(state), nowMs: Date.now() });
}
