import type { HeldSlots } from '../item/dispatch.ts';
import type { JobRef } from '../ids.ts';

/** A job that holds slots on its node. The dispatcher counts these. */
export interface OpenJob extends HeldSlots {
  readonly job: JobRef;
}

/** A job that ended, as the dispatcher receives it. */
export interface ClosedJob extends OpenJob {
  /** Jobs that the ledger started at once in the freed slots. */
  readonly next?: readonly OpenJob[];
  readonly pendingLeft?: number;
  /** True when no free slot could take a pending item. The dispatcher then need not look at the queue. */
  readonly settled?: boolean;
}
