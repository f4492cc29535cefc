import type { Hint } from './hint.ts';
import type { FailureFields, FailureParts, FailureRecord } from './record.ts';
import { messageOf, sentenceOf } from './sentence.ts';
import type { FailureCode } from './table.ts';

/**
 * A failure that is thrown. Its message is "Cannot X because Y". The CLI and the HTTP server use `sentenceOf` to render the failure with its hint
 * for people.
 */
export class RingmasterError extends Error {
  override readonly name = 'RingmasterError';
  readonly code: FailureCode;
  /** The reason alone. Absent in an error that was made from the record of an older release. */
  readonly because: string | undefined;
  readonly hint: Hint | undefined;
  readonly fields: FailureFields;
  /** The causes of an error that was made from a record. They are text, because the original errors stayed in the process that wrote the record. */
  readonly chain: readonly string[] | undefined;
  readonly #parts: FailureParts | FailureRecord;

  /** Makes the error from parts at the place where the failure happens, or from a record that came from another process. */
  constructor(code: FailureCode, parts: FailureParts | FailureRecord) {
    if ('message' in parts) super(parts.message);
    else super(messageOf(parts), parts.cause === undefined ? undefined : { cause: parts.cause });
    this.code = code;
    this.because = parts.because;
    this.hint = parts.hint;
    this.fields = parts.fields ?? {};
    this.#parts = parts;
    this.chain = 'chain' in parts ? parts.chain : undefined;
  }

  /** Returns the same failure with further fields. */
  with(fields: FailureFields): RingmasterError {
    return new RingmasterError(this.code, { ...this.#parts, fields: { ...this.fields, ...fields } });
  }
}

/** Returns the text of any thrown value for a person: the whole sentence of a failure, the message of any other error. */
export function errorText(error: unknown): string {
  if (error instanceof RingmasterError) return sentenceOf(error);
  return error instanceof Error ? error.message : String(error);
}
