import type { JobRef, NodeId } from '../../domain/ids.ts';
import type { AssignedJob } from '../../domain/job/assignment.ts';
import type { OutputManifest, StartedJob } from '../../domain/job/job.ts';
import type { OpenJob } from '../../domain/job/open-job.ts';
import type { JobProgress } from '../../domain/job/progress.ts';
import type { JobOutcome, TryEnd } from '../../domain/job/try-end.ts';

type JobOnNode = Pick<AssignedJob, 'job' | 'node'>;

export interface JobLedgerActivities {
  /**
   * Matches pending items to free slots and claims them, at most 50, in one transaction. Then starts their workflows `job/<item>/<epoch>`. Claims whose
   * job is not in `open` are given out again: the result that named them was lost. Sends heartbeats.
   */
  claim: (p: { readonly open: readonly OpenJob[] }) => Promise<{ readonly started: readonly OpenJob[]; readonly pendingLeft: number }>;
  /** `accepted`: the claim is this job's. `cancelled`: someone asked to cancel the item, perhaps before its workflow could receive that. */
  beginJob: (
    p: JobOnNode & { readonly workflowId: string; readonly runId: string },
  ) => Promise<{ readonly accepted: boolean; readonly cancelled: boolean }>;
  /** Records how far jobs are. Only shown. */
  progressJobs: (p: { readonly jobs: readonly JobProgress[] }) => Promise<void>;
  /**
   * Decides what becomes of the item: completed, pending again, or a closed state. Refuses an old epoch (`accepted: false`). Signals the item's owner
   * when the item has closed. With `slots`, also starts pending items in the freed slots and signals the dispatcher about both.
   */
  closeJob: (p: JobOnNode & { readonly outcome: JobOutcome; readonly slots?: number }) => Promise<{ readonly accepted: boolean }>;
  /** Returns closed jobs whose folder is still on the node and may be removed, oldest first; at most 100. */
  foldersOf: (p: { readonly node: NodeId }) => Promise<{ readonly jobs: readonly JobRef[] }>;
  foldersGone: (p: { readonly node: NodeId; readonly jobs: readonly JobRef[] }) => Promise<void>;
  /** Returns the jobs of `open` whose workflow `job/…` is closed in Temporal. Uses describe. */
  reconcileClaims: (p: { readonly open: readonly OpenJob[] }) => Promise<{ readonly freed: readonly JobRef[] }>;
}

export interface AwaitInput extends AssignedJob {
  readonly started: StartedJob;
  readonly startedAtMs: number;
}

export interface JobNodeActivities {
  startJob: (p: AssignedJob) => Promise<StartedJob>;
  /**
   * Watches the job to its end, with heartbeats. When the job ended well, also checks its manifest, runs `verify`, and moves outputs that belong to
   * datasets into place. Cancelling this activity leaves the process alone.
   */
  awaitJob: (p: AwaitInput) => Promise<TryEnd<{ readonly manifest: OutputManifest }>>;
  stopJob: (p: JobOnNode & { readonly graceMs: number }) => Promise<{ readonly stopped: number }>;
  /** Removes the folders of completed jobs. The folder of a live process stays: `transport.busy`. */
  forgetJobs: (p: { readonly node: NodeId; readonly jobs: readonly JobRef[] }) => Promise<void>;
}

export interface JobGatewayActivities {
  /** Copies inputs and payload onto the node. */
  shipJob: (p: Omit<AssignedJob, 'job'>) => Promise<void>;
  /** `shipJob` and `startJob` in one step, for a node without a worker. A failure before the start was attempted is `isUnstarted`. */
  launchJob: (p: AssignedJob) => Promise<StartedJob>;
  /** Copies outputs that belong home into blobs under the state folder. */
  fetchOutputs: (p: AssignedJob & { readonly manifest: OutputManifest }) => Promise<void>;
  /** Returns the end of a job's stdout or stderr, from its folder on the node. */
  readLog: (p: JobOnNode & { readonly stream: 'stdout' | 'stderr'; readonly bytesMax: number }) => Promise<string>;
}
