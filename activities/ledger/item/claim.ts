import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { claimItems } from '../../../src/storage/queue/claim-items.ts';
import type { LedgerDependencies } from '../dependencies.ts';
import { noteDrained, tellDrained } from '../node/note-drained.ts';
import { startJobs, tellOfLoss } from './start-jobs.ts';

/**
 * Claims, then starts the jobs. They are no children of the dispatcher: that would cost it three events and two tasks a job, which it does not need,
 * because a job tells it when it closes. When this step dies between the two, its repeat finds the claims that nobody knows, and starts them again.
 */
export function claim(dependencies: LedgerDependencies): LedgerActivities['claim'] {
  const { ledgers, now } = dependencies;
  const start = startJobs(dependencies);
  return async ({ open }) => {
    const { claims, pendingLeft } = claimItems(ledgers.queue, { nodes: ledgers.resources.nodes(), open, nowMs: now() });
    const drained = noteDrained(dependencies, open);
    const started = await start(claims);
    await tellOfLoss(
      dependencies,
      started.map(({ node }) => node),
    );
    await tellDrained(dependencies, drained);
    return { started, pendingLeft };
  };
}
