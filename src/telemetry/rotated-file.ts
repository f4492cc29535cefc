import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { logFileLimits } from './limits.ts';

export type LogFileLimits = { readonly [Name in keyof typeof logFileLimits]: number };

/**
 * A log to which several processes append whole lines. A file that is too large, or too old, is renamed to `<file>.<time>`, and its lines go on in a new
 * file. Each writer looks at the path from time to time, so that it follows a file that another writer renamed or a person removed. No line is lost,
 * because a writer that has not looked yet writes into the renamed file. Of the renamed files the newest are kept.
 */
export class RotatedFile {
  readonly #file: string;
  readonly #limits: LogFileLimits;
  #open: { readonly handle: number; readonly inode: number } | undefined;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #renamed = 0;

  constructor(file: string, limits: LogFileLimits = logFileLimits) {
    this.#file = file;
    this.#limits = limits;
  }

  /** Appends the text, which ends with a line break. A text that cannot be written, as on a full disk, is lost. */
  write(text: string): void {
    try {
      if (this.#open === undefined || performance.now() - this.#lookedMs >= this.#limits.lookMs) this.#look();
      if (this.#open !== undefined) writeSync(this.#open.handle, text);
    } catch {
      this.close();
    }
  }

  close(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open !== undefined) closeSync(open.handle);
  }

  #look(): void {
    this.#lookedMs = performance.now();
    const found = statSync(this.#file, { throwIfNoEntry: false });
    const ageMs = found === undefined || found.birthtimeMs === 0 ? 0 : Date.now() - found.birthtimeMs;
    const isFull = found !== undefined && found.size > 0 && (found.size >= this.#limits.bytesMax || ageMs >= this.#limits.fileMsMax);
    if (isFull) this.#rename();
    if (this.#open !== undefined && !isFull && found?.ino === this.#open.inode) return;
    this.close();
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    const handle = openSync(this.#file, 'a', 0o600);
    this.#open = { handle, inode: fstatSync(handle).ino };
  }

  /**
   * Two writers can rename at the same time. The second one then renames a file that is almost empty, or finds none. So each name is used once: it has the
   * time, the pid and a count.
   */
  #rename(): void {
    const time = new Date().toISOString().replaceAll(':', '-');
    try {
      renameSync(this.#file, `${this.#file}.${time}-${process.pid}-${(this.#renamed += 1)}`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    for (const name of renamedFiles(this.#file).slice(0, -this.#limits.renamedMax)) rmSync(join(dirname(this.#file), name), { force: true });
  }
}

const renamed = /^\d{4}-\d\d-\d\dT[\d.-]+Z-\d+-\d+$/;

/** Returns the names of the renamed files of a log, the oldest first. */
export function renamedFiles(file: string): readonly string[] {
  const name = `${basename(file)}.`;
  try {
    return readdirSync(dirname(file))
      .filter((one) => one.startsWith(name) && renamed.test(one.slice(name.length)))
      .toSorted();
  } catch {
    return [];
  }
}
