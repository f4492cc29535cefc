import type { WorkItemSpec } from '../item/work-item.ts';
import type { StopWay } from './job.ts';
import type { OpenJob } from './open-job.ts';

/** A try that the ledger gave to a node. The ledger starts the job's workflow with this record as the input. */
export interface Assignment extends OpenJob {
  readonly spec: WorkItemSpec;
  /** True when the node has its own worker. The job's calls then go to the worker first. */
  readonly residentRoute: boolean;
  /**
   * True when the ledger gives out the same try a second time, because the first result of the claim was lost or the job's workflow is gone. The
   * job's process may already be running.
   */
  readonly again?: boolean;
}

/** The part of an assignment that a step on the node needs. */
export interface AssignedJob extends Pick<Assignment, 'job' | 'node' | 'spec'> {
  /** How the process is asked to end. Absent: by TERM. */
  readonly stop?: StopWay;
}
