/**
 * The sign of life of a process: `run/<process>.beat`, which the process touches every few seconds. The launcher ends a process that stops touching its
 * file. Touching an existing file needs no room on the disk.
 */
import { statSync, utimesSync, writeFileSync } from 'node:fs';
import { statePaths } from '../domain/cluster/state-paths.ts';
import { processLimits } from './limits.ts';

/** Touches the process's beat file from now on. A disk that refuses the touch changes nothing else. */
export function startBeating(state: string, name: string): void {
  const file = statePaths(state).beat(name);
  const beat = (): void => {
    try {
      touch(file);
    } catch {
      // The launcher cannot touch a file there either, and then judges no silence.
    }
  };
  beat();
  setInterval(beat, processLimits.beatMs).unref();
}

/** Touches the file, and makes it when it is not there. Throws when the disk refuses. */
export function touch(file: string): void {
  const now = new Date();
  try {
    utimesSync(file, now, now);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    writeFileSync(file, '', { mode: 0o600 });
  }
}

/** Returns the last beat of a process as a text that changes with each beat. Returns undefined when the process has never beaten. */
export function readBeat(state: string, name: string): string | undefined {
  const found = statSync(statePaths(state).beat(name), { throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.ino} ${found.mtimeMs}`;
}
