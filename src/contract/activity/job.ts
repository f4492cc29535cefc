import type { JobRef, NodeId } from '../../domain/ids.ts';
import type { AssignedJob } from '../../domain/job/assignment.ts';
import type { JobLogs, OldJob, OutputManifest, StartedJob } from '../../domain/job/job.ts';
import type { OpenJob } from '../../domain/job/open-job.ts';
import type { JobProgress } from '../../domain/job/progress.ts';
import type { AwaitedEnd, JobOutcome } from '../../domain/job/try-end.ts';

type JobOnNode = Pick<AssignedJob, 'job' | 'node'>;

export interface JobLedgerActivities {
  /**
   * Matches pending items to free slots and claims at most `assignmentsMax` of them in one transaction. Then starts their workflows `job/<item>/<epoch>`.
   * A claim whose job is not in `open` is given out again, because the result that named the job was lost. The activity sends heartbeats.
   * `againInMs` is the time after which a pending item may go to a node that it may not use now, for example because the node's rest is over then.
   */
  claim: (p: {
    readonly open: readonly OpenJob[];
  }) => Promise<{ readonly started: readonly OpenJob[]; readonly pendingLeft: number; readonly againInMs?: number }>;
  /**
   * Marks the item as running. `accepted` is true when the claim belongs to this job. `cancelled` is true when a person or a stage has asked to
   * cancel the item. The request to cancel can be older than the job's workflow. The workflow then never received a signal about the request.
   */
  beginJob: (
    p: JobOnNode & { readonly workflowId: string; readonly runId: string },
  ) => Promise<{ readonly accepted: boolean; readonly cancelled: boolean }>;
  /** Records the progress of jobs. The record is only shown; no decision depends on it. */
  progressJobs: (p: { readonly jobs: readonly JobProgress[] }) => Promise<void>;
  /**
   * Closes the try and moves its item to the next state: pending again, or one of the closed states. Refuses an old epoch (`accepted: false`). Signals the
   * item's owner when the item has closed. With `slots`, the activity also starts pending items in the freed slots, and signals the closed job and the
   * started jobs to the dispatcher.
   */
  closeJob: (
    p: JobOnNode & { readonly outcome: JobOutcome; readonly slots?: number; readonly logs?: JobLogs },
  ) => Promise<{ readonly accepted: boolean }>;
  /** Returns at most 100 closed jobs, oldest first, whose folder is still on the node and may be removed. */
  foldersOf: (p: { readonly node: NodeId }) => Promise<{ readonly jobs: readonly JobRef[] }>;
  /** Records that the folders of these jobs were removed from the node. */
  foldersGone: (p: { readonly node: NodeId; readonly jobs: readonly JobRef[] }) => Promise<void>;
  /**
   * Returns those of a node's old jobs that no ledger knows and that no process holds, so that their folders may go. Publishes an event about jobs that no
   * ledger knows, once for each of them.
   */
  strayJobs: (p: { readonly node: NodeId; readonly jobs: readonly OldJob[] }) => Promise<{ readonly jobs: readonly JobRef[] }>;
  /** Returns the jobs of `open` whose workflow `job/…` is closed in Temporal. It asks Temporal with one describe call for each job. */
  reconcileClaims: (p: { readonly open: readonly OpenJob[] }) => Promise<{ readonly freed: readonly JobRef[] }>;
}

export interface AwaitInput extends AssignedJob {
  readonly started: StartedJob;
  readonly startedAtMs: number;
}

export interface JobNodeActivities {
  startJob: (p: AssignedJob) => Promise<StartedJob>;
  /**
   * Watches the job until it ends, and sends heartbeats. After a good end, it checks the job's manifest, runs `verify`, and moves outputs that belong to
   * datasets into place. If this activity is cancelled, the job's process goes on.
   */
  awaitJob: (p: AwaitInput) => Promise<AwaitedEnd>;
  /** With `empties`, the job's folder and all of its logs but the last lines are removed too. */
  stopJob: (p: JobOnNode & { readonly graceMs: number; readonly empties?: boolean }) => Promise<{ readonly stopped: number }>;
  /** Removes the folders of completed jobs. Fails with `transport.busy` if a process of such a job is alive, and leaves the folder of this job. */
  forgetJobs: (p: { readonly node: NodeId; readonly jobs: readonly JobRef[] }) => Promise<void>;
  /** Returns jobs whose folder is on the node and whose record has not changed for `ageMs`, at most `oldJobsMax` of them. */
  oldJobs: (p: { readonly node: NodeId; readonly ageMs: number }) => Promise<readonly OldJob[]>;
  /** Returns those of the old jobs of which a process lives. */
  heldJobs: (p: { readonly node: NodeId; readonly ageMs: number }) => Promise<readonly JobRef[]>;
}

export interface JobGatewayActivities {
  /** Copies the item's inputs and payload to the node. */
  shipJob: (p: Omit<AssignedJob, 'job'>) => Promise<void>;
  /**
   * Does `shipJob` and `startJob` in one step, for a node without a worker. `isUnstarted` is true for a failure that came before the attempt to
   * start.
   */
  launchJob: (p: AssignedJob) => Promise<StartedJob>;
  /** Copies outputs that belong at home into the blobs of the state folder. */
  fetchOutputs: (p: AssignedJob & { readonly manifest: OutputManifest }) => Promise<void>;
}
