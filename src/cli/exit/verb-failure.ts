import type { Hint } from '../../domain/failure/hint.ts';
import type { FailureParts } from '../../domain/failure/record.ts';
import { messageOf } from '../../domain/failure/sentence.ts';
import { readFailure } from '../../service/temporal/read-failure.ts';
import { exitNameFor, type ExitName } from './exit-codes.ts';

/** The failure of a verb, with the exit code for scripts. `sentenceOf` renders this failure like every other failure. */
export class VerbFailure extends Error {
  override readonly name = 'VerbFailure';
  readonly exit: ExitName;
  readonly hint: Hint | undefined;

  constructor(
    exit: ExitName,
    parts: Pick<FailureParts, 'cannot' | 'because' | 'hint'> | { readonly message: string; readonly hint?: Hint | undefined },
  ) {
    super('message' in parts ? parts.message : messageOf(parts));
    this.exit = exit;
    this.hint = parts.hint;
  }
}

/** Turns any thrown value into a failure of the verb. */
export function asVerbFailure(error: unknown): VerbFailure {
  if (error instanceof VerbFailure) return error;
  const failure = readFailure(error);
  return new VerbFailure(exitNameFor(failure.code), failure);
}
