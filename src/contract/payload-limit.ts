/**
 * The limit on what crosses Temporal in one piece: the input or the result of an activity, a signal, a query, the input or the result of a workflow.
 * Temporal refuses a payload above 2 MiB and a message above 4 MiB. A refused result is sent again and again, and the activity that made it never
 * ends. So our own code measures first, and turns a payload that is too large into a failure that is not tried again.
 */
import { utf8Bytes } from '../base/utf8-bytes.ts';
import { type FailureRecord, failureRecord } from '../domain/failure/record.ts';

/** A payload has at most this many bytes of JSON. Two payloads of this size, and what Temporal adds, still fit into one message of 4 MiB. */
export const payloadBytesMax = 1_536 * 1_024;

/** Returns the bytes of the value as JSON. For a small value, which is the usual case, returns an upper bound that costs no second pass. */
export function payloadBytes(value: unknown): number {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) return 0;
  return text.length * 3 <= payloadBytesMax ? text.length : utf8Bytes(text);
}

/** Returns the failure when the value is too large for Temporal. `what` is a verb phrase: "return the result of activity items". */
export function payloadFault(what: string, value: unknown): FailureRecord | undefined {
  const bytes = payloadBytes(value);
  return bytes <= payloadBytesMax ? undefined : payloadTooLarge(what, bytes);
}

export const payloadTooLarge = (what: string, bytes: number): FailureRecord =>
  failureRecord('limits.payload-too-large', {
    cannot: what,
    because: `it has ${bytes} bytes and ${payloadBytesMax} are allowed`,
    hint: { say: 'fewer or smaller parts at once', run: 'ringmaster explain limits.payload-too-large' },
    fields: { bytes, bytesMax: payloadBytesMax },
  });
