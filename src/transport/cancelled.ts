import { RingmasterError } from '../domain/failure/error.ts';
import type { FailureFields } from '../domain/failure/record.ts';

/**
 * Returns the failure of a command or copy when its caller has aborted it. Temporal retries a failure with this code. An item becomes cancelled only
 * when its own activity was cancelled.
 */
export const cancelled = (cannot: string, fields: FailureFields = {}, say = 'again when you want it'): RingmasterError =>
  new RingmasterError('transport.cancelled', { cannot, because: 'it was cancelled', hint: { say }, fields });
