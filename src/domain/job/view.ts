import type { FailureRecord } from '../failure/record.ts';
import type { JobRef, NodeId } from '../ids.ts';
import { itemStatesOpen, type JobKind } from '../item/work-item.ts';
import type { Progress } from './progress.ts';
import { classOf } from '../failure/table.ts';

export const jobStates = [...itemStatesOpen, 'completed', 'failed'] as const;

/** An open or closed try at an item, as the ledger recorded it. */
export interface JobView {
  readonly item: string;
  readonly epoch: number;
  readonly kind: JobKind;
  readonly pipeline?: string;
  readonly turn?: number;
  readonly node: string;
  /** Number of slots that the job holds or held. Absent in a summary of a release that did not record slots. */
  readonly slots?: number;
  readonly state: (typeof jobStates)[number];
  readonly startedAtMs: number;
  readonly endedAtMs?: number;
  readonly failure?: FailureRecord;
  readonly progress?: Progress;
}

/** An open job, with the time of its claim and the time that its program may run. */
export interface LimitedJob extends JobRef {
  readonly kind: JobKind;
  readonly node: NodeId;
  readonly claimedAtMs: number;
  readonly runSecondsMax: number;
}

/** Returns true for a job that failed. A job that was cancelled did not fail. */
export const hasFailed = ({ failure }: JobView): boolean => failure !== undefined && classOf(failure.code) !== 'cancelled';

/** The jobs that a list shows. An absent field restricts nothing. */
export interface JobFilter {
  readonly state?: JobView['state'] | undefined;
  readonly kind?: JobKind | undefined;
  readonly node?: string | undefined;
  readonly pipeline?: string | undefined;
  /** True: only jobs that failed. A job that was cancelled did not fail. */
  readonly failed?: boolean | undefined;
  readonly limit?: number | undefined;
}
