import { RingmasterError } from '../../domain/failure/error.ts';
import type { FailureRecord } from '../../domain/failure/record.ts';
import { classOf, isFailureCode } from '../../domain/failure/table.ts';
import { toFailureRecord } from '../../domain/failure/to-failure-record.ts';
import { causesMax } from '../limits.ts';

/** Returns the failure record of any thrown value, including a failure that came through Temporal. */
export const readFailure = (error: unknown): FailureRecord =>
  error instanceof RingmasterError ? toFailureRecord(error) : (fromTemporal(error) ?? toFailureRecord(error));

/**
 * Searches the chain of causes for an ApplicationFailure that carries one of Ringmaster's failures, and returns the failure record. The `type` of the
 * ApplicationFailure is the failure code, and its `details[0]` is the failure record. The class ApplicationFailure is recognized by its name, because
 * importing it would cost every command 31 ms.
 */
function fromTemporal(error: unknown): FailureRecord | undefined {
  let one: unknown = error;
  for (let depth = 0; one instanceof Error && depth < causesMax; depth += 1) {
    const { name, type, details, message } = one as Error & { readonly type?: unknown; readonly details?: readonly unknown[] | null };
    if (name === 'ApplicationFailure' && typeof type === 'string' && isFailureCode(type)) {
      const record = details?.[0] as FailureRecord | undefined;
      return record?.message === undefined ? { code: type, class: classOf(type), message, fields: {}, chain: [] } : record;
    }
    one = one.cause;
  }
  return undefined;
}
