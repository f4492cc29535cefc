import { given } from '../../base/given.ts';
import { causesMax } from '../limits.ts';
import { RingmasterError } from './error.ts';
import { type FailureRecord, unexpectedFailure } from './record.ts';
import { classOf } from './table.ts';

/** Returns the failure record of any thrown value. The code is `internal.defect` for a value that is not a RingmasterError. */
export function toFailureRecord(error: unknown): FailureRecord {
  const chain: string[] = [];
  let cause = error instanceof Error ? error.cause : undefined;
  while (cause instanceof Error && chain.length < causesMax) {
    chain.push(`${cause instanceof RingmasterError ? cause.code : cause.name}: ${cause.message}`);
    cause = cause.cause;
  }
  if (!(error instanceof RingmasterError)) {
    return unexpectedFailure(error instanceof Error ? `${error.name}: ${error.message}` : String(error), chain);
  }
  const { code, message, because, hint, fields } = error;
  return { code, class: classOf(code), message, ...given({ because, hint }), fields, chain: error.chain ?? chain };
}
