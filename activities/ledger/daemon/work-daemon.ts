import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import type { LedgerDependencies } from '../dependencies.ts';

type Work = (...input: [...Parameters<LedgerActivities['workDaemon']>, signal?: AbortSignal]) => ReturnType<LedgerActivities['workDaemon']>;

/**
 * Does a round of a duty: observes the cluster, decides, and records what the duty says of itself. A round that was cancelled or timed out may still be
 * under way in this process. So a new round of the same daemon waits for its end.
 */
export function workDaemon({ ledgers: { resources }, duties, now }: LedgerDependencies): Work {
  const underWay = new Map<string, Promise<unknown>>();
  return async ({ daemon, memory }, signal) => {
    const round = duties.rounds.get(daemon);
    if (round === undefined) throw noDuty(daemon);
    for (let last = underWay.get(daemon); last !== undefined; last = underWay.get(daemon)) {
      await Promise.race([last, abortOf(signal)]);
      signal?.throwIfAborted();
    }
    const working = round(memory);
    const forget = (): boolean => underWay.delete(daemon);
    underWay.set(daemon, working.then(forget, forget));
    const worked = await working;
    resources.daemons.noteRound(daemon, { ...worked.health, atMs: now() });
    return worked;
  };
}

const abortOf = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));

const noDuty = (daemon: string): RingmasterError =>
  new RingmasterError('daemon.no-duty', {
    cannot: `work as ${daemon}`,
    because: 'this release has no duty for it',
    hint: { say: 'the same release for all processes', run: 'ringmaster up' },
    fields: { daemon },
  });
