import type { HeldSlots } from '../item/dispatch.ts';
import type { JobRef } from '../ids.ts';

/** A job that holds slots on its node. The dispatcher counts these slots. */
export interface OpenJob extends HeldSlots {
  readonly job: JobRef;
}

/** The message to the dispatcher that a job has ended. */
export interface ClosedJob extends OpenJob {
  /** The jobs that the ledger started in the freed slots when it closed this job. */
  readonly next?: readonly OpenJob[];
  /** Number of items that are still pending. */
  readonly pendingLeft?: number;
  /** True when no pending item fits into a free slot. The dispatcher then need not look at the queue. */
  readonly settled?: boolean;
}
