import { RingmasterError } from '../../domain/failure/error.ts';
import type { FailureCode } from '../../domain/failure/table.ts';
import { sshLimits } from '../limits.ts';

/** A host that refuses a login refuses it until a person acts, and may lock out a client that asks often. */
const refusals: ReadonlySet<FailureCode> = new Set(['transport.authentication', 'transport.host-key-changed']);

/** Returns the longest wait after a failed connection attempt. */
export const backoffMsMaxFor = (error: unknown): number =>
  error instanceof RingmasterError && refusals.has(error.code) ? sshLimits.refusedBackoffMsMax : sshLimits.backoffMsMax;
