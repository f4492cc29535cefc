/** The log of a process, `logs/<process>.log`. The process appends to it. When the process starts, a large log is first moved to `.1`. */
import { closeSync, mkdirSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { statePaths } from '../domain/cluster/state-paths.ts';
import { processLimits } from './limits.ts';

/** Returns a file descriptor for a child's output. The caller closes its own copy. */
export function openLog(state: string, name: string): number {
  const paths = statePaths(state);
  const file = paths.log(name);
  mkdirSync(paths.logs, { recursive: true, mode: 0o700 });
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > processLimits.logBytesMax) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}

/** Returns the size of a log, which is where the output of the next start begins. */
export const logEnd = (state: string, name: string): number => statSync(statePaths(state).log(name), { throwIfNoEntry: false })?.size ?? 0;

interface TailOptions {
  readonly linesMax?: number;
  /** The first byte that counts. The log of a smaller file, which was moved away or cut since, counts from its beginning. */
  readonly from?: number | undefined;
}

/** Returns the last lines, for messages. */
export function lastLogLines(
  state: string,
  name: string,
  { linesMax = processLimits.logTailLinesMax, from = 0 }: TailOptions = {},
): readonly string[] {
  const file = statePaths(state).log(name);
  const size = logEnd(state, name);
  const bytes = from > size ? size : size - from;
  if (bytes === 0) return [];
  const buffer = Buffer.alloc(Math.min(bytes, processLimits.logTailBytesMax));
  const handle = openSync(file, 'r');
  try {
    readSync(handle, buffer, 0, buffer.length, size - buffer.length);
  } finally {
    closeSync(handle);
  }
  return buffer.toString('utf8').trimEnd().split('\n').slice(-linesMax);
}
