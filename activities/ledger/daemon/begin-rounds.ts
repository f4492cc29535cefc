import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { lookLimits } from '../../limits.ts';
import type { LedgerDependencies } from '../dependencies.ts';
import type { Rounds } from './rounds.ts';

/**
 * Records that the daemons start, and does the first round of each, all at the same time. The daemons are recorded first, so a round that hangs or ends its
 * process is one of a daemon that starts.
 */
export const beginRounds =
  ({ ledgers: { resources }, now }: Pick<LedgerDependencies, 'ledgers' | 'now'>, rounds: Rounds): LedgerActivities['beginRounds'] =>
  async ({ daemons }) => {
    resources.daemons.report(daemons, now());
    const ends = await Promise.all(daemons.map(async ({ daemon }) => [daemon, await rounds.first(daemon, lookLimits.firstRoundMsMax)] as const));
    return { worked: Object.fromEntries(ends.flatMap(([daemon, worked]) => (worked === undefined ? [] : [[daemon, worked]]))) };
  };
