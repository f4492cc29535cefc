import { stderrLineCharsMax, stderrLinesShown } from '../limits.ts';
import { afterMessageWords } from './program-words.ts';
import type { FailureRecord } from './record.ts';

const likenessCharsMax = 200;

/** The field that holds the end of a failed program's stderr, so that a person can read it when the node is gone. */
const field = 'stderr';

export const withStderr = (failure: FailureRecord, stderr: string): FailureRecord =>
  stderr === '' ? failure : { ...failure, fields: { ...failure.fields, [field]: stderr } };

export function stderrOf({ fields }: FailureRecord): string | undefined {
  const stderr = fields[field];
  return typeof stderr === 'string' ? stderr : undefined;
}

/**
 * Returns the lines up to the message of an error. The fields of an error, which Node.js prints in braces behind the frames, are left out too. Returns all
 * lines when no line is left.
 */
function upToMessage(lines: readonly string[]): readonly string[] {
  let end = lines.length;
  for (;;) {
    const last = lines[end - 1];
    if (last === undefined) return lines;
    if (last === '}') {
      const opened = lines.findLastIndex((line, at) => at < end && /^\s+at .*\{$/.test(line));
      if (opened === -1) return lines.slice(0, end);
      end = opened;
    } else if (afterMessageWords.some((pattern) => pattern.test(last))) end -= 1;
    else return lines.slice(0, end);
  }
}

/**
 * Returns the last lines of what a failed program printed, up to the message of its error, the oldest first. Blank lines and control characters are left
 * out, and a long line is cut.
 */
export function lastLinesIn(text: string, linesMax = stderrLinesShown): readonly string[] {
  const lines = text.split(/[\n\r]/).map((line) => plainText(line).trimEnd().slice(0, stderrLineCharsMax));
  return upToMessage(lines.filter((line) => line !== '')).slice(-linesMax);
}

/** The last lines of the stderr of a failed job. The list is empty when the failure has no stderr. */
export const lastLinesOf = (failure: FailureRecord, linesMax = stderrLinesShown): readonly string[] => lastLinesIn(stderrOf(failure) ?? '', linesMax);

/** Returns the last line of the failed program's stderr that says something about the error. */
export const lastLineOf = (failure: FailureRecord): string | undefined => lastLinesOf(failure, 1)[0];

/** Returns the text without the folders of its paths. The folders contain the item and the try, so they differ between two tries of the same defect. */
const withoutFolders = (text: string): string => text.replaceAll(/(?<![\w.:/])(?:file:\/\/)?(?:\/[^\s/'"`,:;()[\]]+)+(?=\/)/g, '…');

/** The words that differ between two tries of the same defect. */
const chanceWords = new RegExp(
  [
    // The UUID of a run.
    String.raw`\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b`,
    // A temporary file of Python, and of mktemp.
    String.raw`\btmp[\w]{8}\b|\btmp\.\w{6,}`,
    // An address or a digest.
    String.raw`\b0x[\da-f]+\b|\b(?=[a-f]*\d)[\da-f]{6,}\b`,
    // A day and a month in the time of a log line.
    String.raw`\b(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\b`,
    String.raw`\b(?:nan|inf|infinity)\b`,
    String.raw`\d+(?:\.\d+)*(?:e[+-]?\d+)?`,
  ].join('|'),
  'gi',
);

/**
 * Returns a text that is equal for two texts that differ only in folders, numbers, random words and hexadecimal addresses. A logger writes the time, its process
 * and addresses into its lines, which differ between two tries of the same defect.
 */
export const likeness = (text: string): string => withoutFolders(text).replaceAll(chanceWords, '0').slice(0, likenessCharsMax);

/** Returns the text without the escape sequences that colour it and without any other control character. A tab becomes a blank. */
export const plainText = (text: string): string =>
  text
    .replaceAll('\t', ' ')
    .replaceAll(/\p{Cc}\[[0-?]*[ -/]*[@-~]/gu, '')
    .replaceAll(/\p{Cc}/gu, '');
