/**
 * The read model of the status, the page and `explain`: the reads of each noun, and the status. It reads the ledgers only. It never calls Temporal and never
 * waits for a writer. To add a read, add it to the file of its noun.
 */
import type { LedgerStatus } from '../../domain/cluster/status.ts';
import { readLimits } from '../limits.ts';
import { openLedgerFiles } from './ledger-files.ts';
import { countsOf, itemReads } from './read-items.ts';
import { jobReads, openJobs, recentJobs } from './read-jobs.ts';
import { modelReads } from './read-models.ts';
import { nodeReads, nodesOf } from './read-nodes.ts';
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
    ...itemReads(files),
    ...jobReads(files),
    ...nodeReads(files),
    ...pipelineReads(files),
    ...syncs,
    ...models,
    close: (): void => Object.values(files).forEach((file) => file.close()),
  };
}
