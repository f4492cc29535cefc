import { championDataset } from '../../../src/domain/dataset/names.ts';
import { championsOf } from '../../../src/storage/rating/champions.ts';
import { newestPush } from '../../../src/storage/sync/newest-push.ts';
import type { LedgerDependencies } from '../dependencies.ts';

/**
 * Starts a sync of each pipeline's champion to a node that is alive and does not have it. The stage `distribute` sends a new champion to the nodes that are
 * there. So this only concerns a champion whose stage `distribute` has begun, which the sync history shows.
 */
export async function sendChampions(
  { ledgers: { ratings, resources, syncs }, workflows, pipelines }: LedgerDependencies,
  node: string,
): Promise<void> {
  const seen = resources.observedNodes().find((one) => one.node === node);
  if (seen?.state !== 'alive') return;
  for (const { pipeline, promotedAtMs } of championsOf(ratings.ledger)) {
    if (!pipelines.includes(pipeline)) continue;
    const dataset = championDataset(pipeline);
    const newest = newestPush(syncs.ledger, dataset);
    if (newest === undefined) continue;
    const had = newestPush(syncs.ledger, dataset, node);
    const isPresent = had !== undefined && had.digest === newest.digest && had.atMs >= promotedAtMs;
    if (!isPresent) await workflows.startSync({ dataset, source: 'home', target: node });
  }
}
