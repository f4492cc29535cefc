/**
 * A failure after which nothing can be running, because nobody came as far as the start. It is the one thing about a failed launch that the job's
 * workflow decides by (a try that may run is never closed before it is stopped), so it has its own name.
 */
import { RingmasterError } from './error.ts';
import type { FailureRecord } from './record.ts';

const field = 'unstarted';

/** Anything but a failure of ours says nothing about how far it came. */
export const asUnstarted = (error: unknown): unknown => (error instanceof RingmasterError ? error.with({ [field]: true }) : error);

export const isUnstarted = ({ fields }: FailureRecord): boolean => fields[field] === true;
