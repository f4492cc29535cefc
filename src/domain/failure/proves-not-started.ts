/**
 * Marks a failure that proves that the job's program was never started. The job's workflow needs this fact about a failed launch: a try whose program may be
 * running is never closed before the program is stopped.
 */
import { RingmasterError } from './error.ts';
import type { FailureRecord } from './record.ts';

const field = 'unstarted';

/** Returns a RingmasterError with the mark. Returns any other error unchanged, because such an error does not show whether the start was reached. */
export const asUnstarted = (error: unknown): unknown => (error instanceof RingmasterError ? error.with({ [field]: true }) : error);

/** Returns true when the failure proves that the program was never started. */
export const isUnstarted = ({ fields }: FailureRecord): boolean => fields[field] === true;
