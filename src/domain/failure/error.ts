import type { Hint } from './hint.ts';
import type { FailureFields, FailureParts, FailureRecord } from './record.ts';
import { messageOf, sentenceOf } from './sentence.ts';
import type { FailureCode } from './table.ts';

/** A failure that is thrown. Its message is "Cannot X because Y"; each door renders it for people with `sentenceOf`. */
export class RingmasterError extends Error {
  override readonly name = 'RingmasterError';
  readonly code: FailureCode;
  readonly hint: Hint | undefined;
  readonly fields: FailureFields;
  /** The causes of an error that was made from a record. The original errors stayed in the process that wrote the record. */
  readonly chain: readonly string[] | undefined;
  readonly #parts: FailureParts | FailureRecord;

  /** Made from parts where the failure happens; made from a record after the failure has crossed a process boundary. */
  constructor(code: FailureCode, parts: FailureParts | FailureRecord) {
    if ('message' in parts) super(parts.message);
    else super(messageOf(parts), parts.cause === undefined ? undefined : { cause: parts.cause });
    this.code = code;
    this.hint = parts.hint;
    this.fields = parts.fields ?? {};
    this.#parts = parts;
    this.chain = 'chain' in parts ? parts.chain : undefined;
  }

  /** Returns the same failure with more fields. */
  with(fields: FailureFields): RingmasterError {
    return new RingmasterError(this.code, { ...this.#parts, fields: { ...this.fields, ...fields } });
  }
}

/** Returns the text of any thrown value for a person: the whole sentence of a failure, the message of any other error. */
export function errorText(error: unknown): string {
  if (error instanceof RingmasterError) return sentenceOf(error);
  return error instanceof Error ? error.message : String(error);
}
