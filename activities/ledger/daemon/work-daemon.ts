import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import type { LedgerDependencies } from '../dependencies.ts';

/** Does a round of a duty: observes the cluster, decides, and records what the duty says of itself. */
export const workDaemon =
  ({ ledgers: { resources }, duties, now }: LedgerDependencies): LedgerActivities['workDaemon'] =>
  async ({ daemon, memory }) => {
    const round = duties.rounds.get(daemon);
    if (round !== undefined) {
      const worked = await round(memory);
      resources.daemons.noteRound(daemon, { ...worked.health, atMs: now() });
      return worked;
    }
    throw new RingmasterError('daemon.no-duty', {
      cannot: `work as ${daemon}`,
      because: 'this release has no duty for it',
      hint: { say: 'the same release for all processes', run: 'ringmaster up' },
      fields: { daemon },
    });
  };
