/** `<state>/logs/<name>.log`: appended to; at each start of its process, moved to `.1` when large. */
import { closeSync, mkdirSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { statePaths } from '../domain/cluster/state-paths.ts';

/** With `.1` a process keeps at most about twice this, more only if it writes more between two starts. */
const logBytesMax = 8 * 1024 * 1024;

/** A file descriptor to hand to a child; the caller closes its own copy. */
export function openLog(state: string, name: string): number {
  const paths = statePaths(state);
  const file = paths.log(name);
  mkdirSync(paths.logs, { recursive: true, mode: 0o700 });
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > logBytesMax) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}

/** The last lines, for messages. */
export function lastLogLines(state: string, name: string, linesMax = 10): readonly string[] {
  const file = statePaths(state).log(name);
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return [];
  const buffer = Buffer.alloc(Math.min(size, 16_384));
  const handle = openSync(file, 'r');
  try {
    readSync(handle, buffer, 0, buffer.length, size - buffer.length);
  } finally {
    closeSync(handle);
  }
  return buffer.toString('utf8').trimEnd().split('\n').slice(-linesMax);
}
