import type { NodeActivities } from '../../src/contract/activities.ts';
import type { JobRef, NodeId } from '../../src/domain/ids.ts';
import { beating } from '../beating.ts';
import type { Machines } from '../machines.ts';
import { acceptOutputs } from './accept-outputs.ts';
import { JobWatcher } from './job-watcher.ts';
import { type Progress, watchJob } from './watch-job.ts';

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
    startJob: ({ node, job, spec }) =>
      beating(() =>
        machines.get(node).start({
          job,
          argv: spec.command,
          env: spec.env,
          seed: spec.seed,
          requestJson: JSON.stringify(spec.request),
          ...(spec.payload === undefined ? {} : { payload: spec.payload }),
          inputs: spec.inputs,
          limits: spec.limits,
        }),
      ),
    watchJob: (input) => watchJob(input, machines.get(input.node), watcherOf(input.node), (progress) => reportProgress(input.job, progress)),
    stopJob: ({ node, job, graceMs }) => beating(() => machines.get(node).stop(job, graceMs)),
    acceptOutputs: (input) => beating(() => acceptOutputs(input, machines.get(input.node))),
    forgetJob: ({ node, job }) => beating(() => machines.get(node).forget(job)),
  };
}
