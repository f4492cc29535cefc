import type { RunResult } from './machine.ts';

export interface ShellRequest {
  /** A POSIX sh script; its arguments are `$1 …`, never spliced into it. */
  readonly script: string;
  readonly args: readonly string[];
  readonly stdin?: Buffer | string;
  readonly timeoutMs: number;
  readonly outputBytesMax?: number;
  readonly signal?: AbortSignal;
}

/** Raw result: bytes, for callers that read files. */
export interface ShellResult extends Omit<RunResult, 'stdout'> {
  readonly stdout: Buffer;
}

/** What the implementations differ in: how a script gets onto the machine. Fails with transport.* codes only when the script did not end by itself. */
export interface Shell {
  exec: (request: ShellRequest) => Promise<ShellResult>;
  /** Why the node is reached in another way than usual, in a few words; undefined: it is not. */
  through?: () => string | undefined;
  close: () => Promise<void>;
}

export const outputBytesDefault = 1024 * 1024;

/** Gathers a stream up to a limit; what is more is read and dropped, so that the other side never stalls. */
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
