import { copyFileSync, statSync, truncateSync } from 'node:fs';
import { logFileLimits } from './limits.ts';

/** Moves the output of a process to `<file>.1` when it is large. The process was started with the open file, so the file is emptied in place. */
export function limitOutput(file: string, bytesMax: number = logFileLimits.bytesMax): void {
  try {
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= bytesMax) return;
    copyFileSync(file, `${file}.1`);
    truncateSync(file);
  } catch {
    // A full disk takes no copy. It is tried again.
  }
}
