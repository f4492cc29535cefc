/**
 * The read model of status, the page and `explain`: the reads of each noun, and the status that they make together. It reads the ledgers only: nothing here
 * asks Temporal or waits for a writer. To add a read, add it to the reads of its noun.
 */
import type { LedgerStatus } from '../../domain/cluster/status.ts';
import { openLedgerFiles } from './ledger-files.ts';
import { countsOf, itemReads } from './read-items.ts';
import { jobReads, openJobs, recentJobs } from './read-jobs.ts';
import { modelReads } from './read-models.ts';
import { nodeReads, nodesOf } from './read-nodes.ts';
import { pipelineReads, pipelinesOf } from './read-pipelines.ts';
import { syncReads } from './read-syncs.ts';

/** Entries of the status. The lists have their own limits. */
const openJobsMax = 200;
const recentMax = 20;
const statusModelsMax = 50;

export type ReadModel = ReturnType<typeof openReadModel>;

export function openReadModel(stateFolder: string, now: () => number = Date.now) {
  const files = openLedgerFiles(stateFolder);
  const { syncs } = syncReads(files);
  const { models } = modelReads(files);
  return {
    status: (): LedgerStatus => ({
      v: 1,
      readAtMs: now(),
      nodes: nodesOf(files),
      queue: countsOf(files),
      openJobs: openJobs(files, openJobsMax),
      recentJobs: recentJobs(files, recentMax),
      pipelines: pipelinesOf(files),
      recentSyncs: syncs(recentMax),
      models: models(statusModelsMax),
    }),
    ...itemReads(files),
    ...jobReads(files),
    ...nodeReads(files),
    ...pipelineReads(files),
    syncs,
    models,
    close: (): void => Object.values(files).forEach((file) => file.close()),
  };
}
