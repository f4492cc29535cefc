/**
 * The read model of the status, the page and `explain`. It reads the ledgers only, never calls Temporal and never waits for a writer. Each noun has a
 * file with its reads: add a new read there.
 */
import type { LedgerStatus } from '../../domain/cluster/status.ts';
import { readLimits } from '../limits.ts';
import { openLedgerFiles } from './ledger-files.ts';
import { alertReads } from './read-alerts.ts';
import { deliveryReads } from './read-deliveries.ts';
import { batchReads } from './read-batches.ts';
import { daemonReads } from './known-daemons.ts';
import { feedbackReads } from './read-feedback.ts';
import { eventReads } from './read-events.ts';
import { countsOf, itemReads } from './read-items.ts';
import { jobReads, openJobs, recentJobs } from './read-jobs.ts';
import { modelReads } from './read-models.ts';
import { nodeReads, nodesOf } from './read-nodes.ts';
import { pendingShapeReads } from './read-pending-shapes.ts';
import { pipelineReads, pipelinesOf } from './read-pipelines.ts';
import { syncReads } from './read-syncs.ts';

export type ReadModel = ReturnType<typeof openReadModel>;

export function openReadModel(stateFolder: string, now: () => number = Date.now) {
  const files = openLedgerFiles(stateFolder);
  const syncs = syncReads(files);
  const models = modelReads(files);
  return {
    status: (): LedgerStatus => ({
      v: 1,
      readAtMs: now(),
      nodes: nodesOf(files),
      queue: countsOf(files),
      openJobs: openJobs(files, readLimits.openJobsShownMax),
      recentJobs: recentJobs(files, readLimits.recentRowsMax),
      pipelines: pipelinesOf(files),
      recentSyncs: syncs.syncs(readLimits.recentRowsMax),
      models: models.models(readLimits.modelsShownMax),
    }),
    ...itemReads(files, now),
    ...pendingShapeReads(files),
    ...jobReads(files),
    ...nodeReads(files),
    ...pipelineReads(files),
    ...eventReads(files, stateFolder, now),
    ...daemonReads(files),
    ...alertReads(files, now),
    ...batchReads(files),
    ...feedbackReads(files),
    ...deliveryReads(files, now),
    ...syncs,
    ...models,
    close: (): void => Object.values(files).forEach((file) => file.close()),
  };
}
