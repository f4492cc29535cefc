import { given } from '../../../src/base/given.ts';
import { againInMsMin } from '../../../src/domain/limits.ts';
import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { claimItems } from '../../../src/storage/queue/claim-items.ts';
import type { LedgerDependencies } from '../dependencies.ts';
import { noteDrained } from '../node/note-drained.ts';
import { startJobs, notifyOfLoss } from './start-jobs.ts';

/**
 * Claims items, then starts their jobs. The jobs are not children of the dispatcher. Each child would cost the dispatcher three events and two
 * workflow tasks, and a job notifies the dispatcher of its end anyway. When this activity dies between claim and start, its repeat finds the claims
 * that no job holds, and starts their jobs.
 */
export function claim(dependencies: LedgerDependencies): LedgerActivities['claim'] {
  const { ledgers, now } = dependencies;
  const start = startJobs(dependencies);
  return async ({ open }) => {
    const nowMs = now();
    const { claims, pendingLeft, nextChanceMs } = claimItems(ledgers.queue, { nodes: ledgers.resources.nodes(), open, nowMs });
    const started = await start(claims);
    await notifyOfLoss(
      dependencies,
      started.map(({ node }) => node),
    );
    await noteDrained(dependencies, open);
    return given({ started, pendingLeft, againInMs: nextChanceMs === undefined ? undefined : Math.max(nextChanceMs - nowMs, againInMsMin) });
  };
}
