import { isFailureCode, RingmasterError, toFailureRecord, type FailureCode, type FailureRecord } from '../domain/failure/failure.ts';

/** An error as the doors show it: the hint is the part of our sentences after "; try". */
export interface ShownProblem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export function problemOf(error: unknown): ShownProblem {
  const { code, message } = error instanceof RingmasterError ? error : (crossed(error) ?? toFailureRecord(error));
  const at = message.lastIndexOf('; try ');
  return { code, message, hint: at < 0 ? '' : message.slice(at + 6) };
}

/**
 * A failure that came through Temporal: somewhere in the chain of causes stands an ApplicationFailure with `type` = our code and `details[0]` =
 * the record. Known by its name, because importing its class would cost every command 31 ms.
 */
function crossed(error: unknown): { readonly code: FailureCode; readonly message: string } | undefined {
  let one: unknown = error;
  for (let depth = 0; one instanceof Error && depth < 8; depth += 1) {
    const { name, type, details, message } = one as Error & { readonly type?: unknown; readonly details?: readonly unknown[] | null };
    if (name === 'ApplicationFailure' && typeof type === 'string' && isFailureCode(type)) {
      return { code: type, message: (details?.[0] as FailureRecord | undefined)?.message ?? message };
    }
    one = one.cause;
  }
  return undefined;
}
