import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import type { LedgerDependencies } from '../dependencies.ts';
import type { Rounds } from './rounds.ts';

type Work = (...input: [...Parameters<LedgerActivities['workDaemon']>, signal?: AbortSignal]) => ReturnType<LedgerActivities['workDaemon']>;

/** Does a round of a duty: observes the cluster, decides, and records what the duty says of itself. */
export const workDaemon =
  ({ ledgers: { resources }, now }: Pick<LedgerDependencies, 'ledgers' | 'now'>, rounds: Rounds): Work =>
  async ({ daemon, memory }, signal) => {
    const worked = await rounds.work(daemon, memory, signal);
    // The workflow has given the round up, and may have done a later one.
    signal?.throwIfAborted();
    resources.daemons.noteRound(daemon, { ...worked.health, atMs: now() });
    return worked;
  };
