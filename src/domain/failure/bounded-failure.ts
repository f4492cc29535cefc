/**
 * Bounds the size of a failure. A failure crosses Temporal, is stored in ledgers and is shown on one screen. Its message may quote a program, a library or a
 * file, at any length.
 */
import { causesMax, failureFieldsMax, failureTextCharsMax } from '../limits.ts';
import type { FailureRecord } from './record.ts';

/** Returns the text, cut in its middle when it is too long: its beginning says what it is, and its end often has the cause. */
export function cutText(text: string, charsMax = failureTextCharsMax): string {
  if (text.length <= charsMax) return text;
  const half = Math.floor((charsMax - 60) / 2);
  return `${text.slice(0, half)} … (${text.length - 2 * half} characters are left out) … ${text.slice(-half)}`;
}

export function boundedFailure(failure: FailureRecord): FailureRecord {
  const { because, hint } = failure;
  const fields = Object.entries(failure.fields)
    .slice(0, failureFieldsMax)
    .map(([name, value]) => [name, typeof value === 'string' ? cutText(value) : value] as const);
  return {
    ...failure,
    message: cutText(failure.message),
    ...(because === undefined ? {} : { because: cutText(because) }),
    ...(hint?.say === undefined ? {} : { hint: { ...hint, say: cutText(hint.say) } }),
    fields: Object.fromEntries(fields),
    chain: failure.chain.slice(0, causesMax).map((cause) => cutText(cause)),
  };
}
