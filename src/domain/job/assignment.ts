import type { WorkItemSpec } from '../item/work-item.ts';
import type { OpenJob } from './open-job.ts';

/** A try that the ledger gave to a node. It is the input of the job's workflow, which the ledger starts with it. */
export interface Assignment extends OpenJob {
  readonly spec: WorkItemSpec;
  /** True when the node has a worker of its own: the job's calls go to that worker first. */
  readonly residentRoute: boolean;
  /**
   * True when the ledger gave out this try before: the claim's first result was lost, or the job's workflow is gone. The job's process may be running
   * already.
   */
  readonly again?: boolean;
}

/** The part of an assignment that a step on the node needs. */
export type AssignedJob = Pick<Assignment, 'job' | 'node' | 'spec'>;
