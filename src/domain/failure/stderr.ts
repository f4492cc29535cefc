import { stderrLineCharsMax, stderrLinesShown } from '../limits.ts';
import type { FailureRecord } from './record.ts';

/** The field that holds the end of a failed program's stderr, so that a person can read it when the node is gone. */
const field = 'stderr';

export const withStderr = (failure: FailureRecord, stderr: string): FailureRecord =>
  stderr === '' ? failure : { ...failure, fields: { ...failure.fields, [field]: stderr } };

export function stderrOf({ fields }: FailureRecord): string | undefined {
  const stderr = fields[field];
  return typeof stderr === 'string' ? stderr : undefined;
}

/**
 * Returns the last lines of the failed program's stderr, the oldest first, for example the end of a traceback. Blank lines and control characters are
 * left out, and a long line is cut. The list is empty when the failure has no stderr.
 */
export const lastLinesOf = (failure: FailureRecord, linesMax = stderrLinesShown): readonly string[] =>
  (stderrOf(failure) ?? '')
    .split(/[\n\r]/)
    .map((line) => plainText(line).trimEnd().slice(0, stderrLineCharsMax))
    .filter((line) => line !== '')
    .slice(-linesMax);

/** Returns the last line of the failed program's stderr. Two tries of the same defect usually end with the same line. */
export const lastLineOf = (failure: FailureRecord): string | undefined => lastLinesOf(failure, 1)[0];

/** Returns the text without the escape sequences that colour it and without any other control character. A tab becomes a blank. */
export const plainText = (text: string): string =>
  text
    .replaceAll('\t', ' ')
    .replaceAll(/\p{Cc}\[[0-?]*[ -/]*[@-~]/gu, '')
    .replaceAll(/\p{Cc}/gu, '');
