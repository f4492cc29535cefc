import { RingmasterError, toFailureRecord } from '../domain/failure.ts';

/** An error as the doors show it: the hint is the part of our sentences after "; try". */
export interface ShownProblem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export function problemOf(error: unknown): ShownProblem {
  const { code, message } = error instanceof RingmasterError ? error : toFailureRecord(error);
  const at = message.lastIndexOf('; try ');
  return { code, message, hint: at < 0 ? '' : message.slice(at + 6) };
}
