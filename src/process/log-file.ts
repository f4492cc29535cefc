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

/** Returns the last lines, for messages. */
export function lastLogLines(state: string, name: string, linesMax: number = processLimits.logTailLinesMax): readonly string[] {
  const file = statePaths(state).log(name);
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return [];
  const buffer = Buffer.alloc(Math.min(size, processLimits.logTailBytesMax));
  const handle = openSync(file, 'r');
  try {
    readSync(handle, buffer, 0, buffer.length, size - buffer.length);
  } finally {
    closeSync(handle);
  }
  return buffer.toString('utf8').trimEnd().split('\n').slice(-linesMax);
}
