import type { NodeActivities } from '../../src/contract/activity/by-queue.ts';
import { given } from '../../src/base/given.ts';
import type { JobRef, NodeId } from '../../src/domain/ids.ts';
import { withHeartbeat } from '../with-heartbeat.ts';
import type { Machines } from '../machines.ts';
import { awaitJob } from './await-job.ts';
import { JobWatcher } from './job-watcher.ts';
import { watchProcess } from './watch-process.ts';
import { startJob } from './start-job.ts';
import { startProcesses } from './start-processes.ts';
import type { Progress } from '../../src/domain/job/progress.ts';

export interface NodeDependencies {
  readonly machines: Machines;
  readonly watchIntervalMs: number;
  /** Records the progress of a job in the ledger. Progress is only shown, so a lost report is harmless. */
  readonly reportProgress: (job: JobRef, progress: Progress) => void;
}

/** Returns the activities that act on a node. The node's own worker runs them on its local machine; the gateway runs them on machines over SSH. */
export function createNodeActivities({ machines, watchIntervalMs, reportProgress }: NodeDependencies): NodeActivities {
  const watchers = new Map<NodeId, JobWatcher>();
  const watcherOf = (node: NodeId): JobWatcher => {
    const known = watchers.get(node) ?? new JobWatcher(machines.get(node), watchIntervalMs);
    watchers.set(node, known);
    return known;
  };
  return {
    startJob: (input) => withHeartbeat(() => startJob(input, machines.get(input.node))),
    awaitJob: (input) => awaitJob(input, machines.get(input.node), watcherOf(input.node), (progress) => reportProgress(input.job, progress)),
    watchProcess: (input) => watchProcess(input, machines.get(input.process.node), watcherOf(input.process.node)),
    startProcesses: ({ node, processes }) => withHeartbeat(async () => ({ started: await startProcesses(processes, machines.get(node)) })),
    stopJob: ({ node, job, graceMs, empties }) => withHeartbeat(() => machines.get(node).stop(job, graceMs, given({ empties }))),
    forgetJobs: ({ node, jobs }) => withHeartbeat(() => machines.get(node).forget(jobs)),
    oldJobs: ({ node, ageMs }) => withHeartbeat(() => machines.get(node).oldJobs(ageMs)),
    heldJobs: ({ node, ageMs }) => withHeartbeat(() => machines.get(node).heldJobs(ageMs)),
    removeGames: ({ node, past, ageMs }) => withHeartbeat(() => machines.get(node).removeGames(past, ageMs)),
  };
}
