import { errorText } from '../../src/domain/failure/error.ts';
import type { Log } from '../../src/telemetry/log.ts';
import { launcherLimits } from '../limits.ts';

/** A file of the launcher that could not be written: since when, and why. */
export interface FileFailure {
  readonly file: string;
  readonly sinceMs: number;
  readonly error: string;
}

/**
 * A file that the launcher writes at each change of what the file shows. A write that fails never throws, because a file that only shows something
 * must not end what it shows. The failure is logged once and kept for `status` and `doctor`, and the write is tried again until it works.
 */
export class KeptFile {
  readonly #write: () => void;
  readonly #file: string;
  readonly #log: Log;
  #failure: FileFailure | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(file: string, log: Log, write: () => void) {
    this.#file = file;
    this.#log = log;
    this.#write = write;
  }

  get failure(): FileFailure | undefined {
    return this.#failure;
  }

  /** Writes the present content. Returns true when it is on the disk. */
  put = (): boolean => {
    clearTimeout(this.#retry);
    if (this.#isClosed) return false;
    try {
      this.#write();
      if (this.#failure !== undefined) this.#log.info({ file: this.#file }, 'the file can be written again');
      this.#failure = undefined;
      return true;
    } catch (error) {
      const text = errorText(error);
      if (this.#failure?.error !== text) this.#log.error({ file: this.#file, error: text }, 'the file cannot be written; it is tried again');
      this.#failure = { file: this.#file, sinceMs: this.#failure?.sinceMs ?? Date.now(), error: text };
      this.#retry = setTimeout(this.put, launcherLimits.rewriteMs);
      this.#retry.unref();
      return false;
    }
  };

  /** Stops all further writes. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
  }
}
