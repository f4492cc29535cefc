import type { RunResult } from './machine.ts';
import type { Login } from './ssh/link/login-form.ts';
import type { Link } from './ssh/link/link.ts';

export interface ShellRequest {
  /** The text of a POSIX sh program. The program gets its arguments as `$1`, `$2` and so on. */
  readonly script: string;
  readonly args: readonly string[];
  readonly stdin?: Buffer | string;
  readonly timeoutMs: number;
  readonly outputBytesMax?: number;
  readonly signal?: AbortSignal;
}

/** The result of a program. Its standard output is kept as bytes, because some callers read files. */
export interface ShellResult extends Omit<RunResult, 'stdout'> {
  readonly stdout: Buffer;
}

/** Runs sh programs on one machine. There are two kinds of shell: one for this machine, and one for a node over ssh. */
export interface Shell {
  /** Runs a program to its end. Rejects (transport.*) only when the program did not end by itself. */
  exec: (request: ShellRequest) => Promise<ShellResult>;
  /** Returns why the node is reached by the system's ssh, in a few words. Returns undefined when the node is not reached in this way. */
  through?: () => string | undefined;
  /** Returns what the login of the node printed outside our programs. Returns undefined when it printed nothing. */
  noise?: () => string | undefined;
  /** Returns how the login of the node takes programs. Connects to the node first, if need be. */
  login?: () => Promise<Login>;
  close: () => Promise<void>;
}

/** A shell over ssh. */
export interface LinkedShell extends Shell {
  /** Calls a step with the present link to the node and with each later one, once commands can use the link. */
  onLink: (step: (link: Link) => void) => void;
  /** Makes a further link to the node, besides the one for commands. The caller closes it. */
  openLink: () => Promise<Link>;
}

/** Gathers a stream up to a limit. Reads and drops what is beyond the limit, so that the sender never stalls. */
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
