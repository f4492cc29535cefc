import { notFoundWords, notRunWords } from './program-words.ts';
import type { FailureRecord } from './record.ts';
import { lastLineOf } from './stderr.ts';
import { programStatus } from './system-error.ts';

const programExits: readonly unknown[] = Object.values(programStatus);

/**
 * Returns the name of the program that could not be run, without its folder, because the folder of a payload differs from node to node. Returns '' when
 * the failure does not name the program. Returns undefined for any other failure. Two shells word the same fact in different ways.
 */
export function missingProgram(failure: FailureRecord): string | undefined {
  const { code, fields } = failure;
  if (code === 'job.spawn-failed') return nameOf(typeof fields['program'] === 'string' ? fields['program'] : '');
  if (code !== 'job.exit-code' || !programExits.includes(fields['exitCode'])) return undefined;
  const line = lastLineOf(failure) ?? '';
  return nameOf([...notFoundWords, ...notRunWords].map((words) => words.exec(line)?.[1]).find((found) => found !== undefined) ?? '');
}

const nameOf = (path: string): string => path.split('/').at(-1) ?? '';
