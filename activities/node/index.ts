import type { NodeActivities } from '../../src/contract/activity/by-queue.ts';
import type { JobRef, NodeId } from '../../src/domain/ids.ts';
import { beating } from '../with-heartbeat.ts';
import type { Machines } from '../machines.ts';
import { awaitJob } from './await-job.ts';
import { JobWatcher } from './job-watcher.ts';
import { startJob } from './start-job.ts';
import type { Progress } from '../../src/domain/job/progress.ts';

export interface NodeDeps {
  readonly machines: Machines;
  readonly watchIntervalMs: number;
  /** Tells the ledger how far a job is; only shown, so losing one is no harm. */
  readonly reportProgress: (job: JobRef, progress: Progress) => void;
}

/** The same for a node's own worker (local machine) and the gateway (machines over SSH). */
export function createNodeActivities({ machines, watchIntervalMs, reportProgress }: NodeDeps): NodeActivities {
  const watchers = new Map<NodeId, JobWatcher>();
  const watcherOf = (node: NodeId): JobWatcher => {
    const known = watchers.get(node) ?? new JobWatcher(machines.get(node), watchIntervalMs);
    watchers.set(node, known);
    return known;
  };
  return {
    startJob: (input) => beating(() => startJob(input, machines.get(input.node))),
    awaitJob: (input) => awaitJob(input, machines.get(input.node), watcherOf(input.node), (progress) => reportProgress(input.job, progress)),
    stopJob: ({ node, job, graceMs }) => beating(() => machines.get(node).stop(job, graceMs)),
    forgetJobs: ({ node, jobs }) => beating(() => machines.get(node).forget(jobs)),
  };
}
