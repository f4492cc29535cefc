import type { RunResult } from './machine.ts';

export interface ShellRequest {
  /** The text of a POSIX sh program. It gets its arguments as `$1`, `$2` and so on. */
  readonly script: string;
  readonly args: readonly string[];
  readonly stdin?: Buffer | string;
  readonly timeoutMs: number;
  readonly outputBytesMax?: number;
  readonly signal?: AbortSignal;
}

/** A result with standard output as bytes, because some callers read files. */
export interface ShellResult extends Omit<RunResult, 'stdout'> {
  readonly stdout: Buffer;
}

/** Runs programs of sh on one machine. A Machine has one of two kinds: this machine, or ssh. */
export interface Shell {
  /** Runs a program to its end. Rejects (transport.*) only when the program did not end by itself. */
  exec: (request: ShellRequest) => Promise<ShellResult>;
  /** Returns why the node is reached by the system's ssh, in a few words, or undefined when it is not. */
  through?: () => string | undefined;
  close: () => Promise<void>;
}

/** Gathers a stream up to a limit. It reads the rest and drops it, so that the sender never stalls. */
export class Gathered {
  readonly #chunks: Buffer[] = [];
  readonly #bytesMax: number;
  #bytes = 0;
  truncated = false;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  take = (chunk: Buffer): void => {
    const room = this.#bytesMax - this.#bytes;
    if (chunk.length > room) this.truncated = true;
    if (room <= 0) return;
    const kept = chunk.length > room ? chunk.subarray(0, room) : chunk;
    this.#chunks.push(kept);
    this.#bytes += kept.length;
  };

  bytes = (): Buffer => Buffer.concat(this.#chunks);
  text = (): string => this.bytes().toString('utf8');
}
