import { randomUUID } from 'node:crypto';
import { loginLimits } from '../../limits.ts';
import { Seal, type SealedOutput, sealOutput } from './seal.ts';

/**
 * A start-up file of the login can print before our program and after it. So our program prints a fresh nonce before its output and a line of nonce
 * and exit status after its output, on standard output and on standard error. Everything outside is ignored.
 */
export interface Nonce {
  /** The words that print the nonce. The nonce itself is not in the command line, because some hosts print the command line. */
  readonly words: string;
  readonly bytes: Buffer;
}

/** Node.js keeps random bytes for its UUIDs. `randomBytes` asks for new ones at each call, which takes as long as all else that a command line needs. */
export function newNonce(): Nonce {
  const text = randomUUID().replaceAll('-', '');
  return { words: `${text.slice(0, 16)}""${text.slice(16)}`, bytes: Buffer.from(text) };
}

/** Returns the program with its frame. It is run by a POSIX sh. A program that is killed has no end line. */
export const framed = ({ words }: Nonce, program: string): string =>
  `trap 'set -- $?;echo ${words} $1 >&2;echo ${words} $1' EXIT\necho ${words} >&2\necho ${words}\n${program}`;

/** `od` holds its output back until it has a few thousand bytes. It makes more than that of this padding. */
const padding = 'printf %4096s';

/** Returns the program with an end line and a padding behind it, on both outputs. */
const withEnd = (words: string, program: string): string =>
  `trap 'set -- $?;{ echo ${words} $1;${padding}; } >&2;echo ${words} $1;${padding}' EXIT\n${program}`;

/**
 * Returns the program with its frame and with its output sealed. There are two end lines. The first one is sealed, so it arrives while a process that the
 * program left running holds the output open. The second one comes when nothing holds the output open, also when the program was killed.
 */
export const sealed = ({ words }: Nonce, program: string): string =>
  `echo ${words} >&2\necho ${words}\n${sealOutput(withEnd(words, program))}\necho ${words} "$sealed" >&2\necho ${words} "$sealed"`;

/**
 * Returns the program with a frame on the standard output alone, and with both of its outputs sealed there. A line of a sealed output shows which of the two
 * it is. The standard error of the login can be closed, so it is opened first.
 */
export const joined = ({ words }: Nonce, program: string): string =>
  `exec 2>/dev/null\necho ${words}\n${sealOutput(withEnd(words, program), 'joined')}\necho ${words} "$sealed"`;

/**
 * Returns the program with its frame for rsync, whose standard output is the protocol: nothing may follow on it, so the end line is only on standard
 * error.
 */
export const framedRsync = ({ words }: Nonce, rsync: string): string =>
  `trap 'echo ${words} $? >&2' EXIT\necho ${words} >&2\necho ${words}\n${rsync}`;

/** The longest rest of an end line behind the nonce: a blank, a status of three digits and a newline. */
const endRestBytes = 5;

const newlineByte = 10;
const blankByte = 32;

/** Finds our output in one stream of a session. Passes our output on, and keeps the first bytes of what came before. */
export class Frame {
  readonly #nonce: Buffer;
  readonly #sink: (chunk: Buffer) => void;
  #held: Buffer = Buffer.alloc(0);
  #noise: Buffer = Buffer.alloc(0);
  #noiseBytes = 0;
  readonly #seal: Seal | undefined;
  hasBegun = false;
  /** True when something was printed after the end line. */
  hasMore = false;
  /** True when the begin of the other output was in this stream, because the login sends both outputs to one stream. */
  isDoubled = false;
  /** The exit status of our program, once an end line is there. */
  status: number | undefined;

  /** `seal` is the output that is sealed, if it is. */
  constructor({ bytes }: Nonce, seal: SealedOutput | undefined, sink: (chunk: Buffer) => void) {
    this.#nonce = bytes;
    this.#seal = seal === undefined ? undefined : new Seal(seal, this.#takeOutput, this.#takeUnsealed);
    this.#sink = sink;
  }

  /** The first bytes of what others printed. */
  get noise(): string {
    return this.#noise.toString('utf8');
  }

  /** True when so much was printed before our program that it is not waited for. */
  get isTooNoisy(): boolean {
    return this.#noiseBytes > loginLimits.noiseBytesMax;
  }

  take = (chunk: Buffer): void => {
    if (this.status !== undefined) this.hasMore = true;
    else if (this.hasBegun) this.#pass(chunk);
    else this.#findBegin(this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]));
  };

  #findBegin(bytes: Buffer): void {
    const at = bytes.indexOf(this.#nonce);
    const newline = at + this.#nonce.length;
    if (at === -1 || newline >= bytes.length) {
      const keep = at === -1 ? Math.max(0, bytes.length - this.#nonce.length) : at;
      this.#drop(bytes.subarray(0, keep));
      this.#held = bytes.subarray(keep);
      return;
    }
    this.#held = Buffer.alloc(0);
    if (bytes[newline] === blankByte) {
      // An end line alone: the login moves this output while the program runs, and not behind it.
      this.#drop(bytes.subarray(0, newline));
      return this.#findBegin(bytes.subarray(newline));
    }
    this.#drop(bytes.subarray(0, at));
    this.hasBegun = true;
    this.#pass(bytes.subarray(newline + 1));
  }

  #pass(bytes: Buffer): void {
    if (this.#seal === undefined) this.#takeOutput(bytes);
    else this.#seal.take(bytes);
  }

  /** Passes on what was held back. Call this when the stream has ended. */
  flush(): void {
    this.#seal?.flush();
    if (this.hasBegun && this.status === undefined) this.#sink(this.#held);
    else if (!this.hasBegun) this.#drop(this.#held);
    this.#held = Buffer.alloc(0);
  }

  #takeOutput = (chunk: Buffer): void => {
    if (this.status !== undefined) return;
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const at = bytes.indexOf(this.#nonce);
    if (at !== -1 && bytes[at + this.#nonce.length] === newlineByte) {
      this.isDoubled = true;
      this.#held = Buffer.alloc(0);
      this.#sink(bytes.subarray(0, at));
      return this.#takeOutput(bytes.subarray(at + this.#nonce.length + 1));
    }
    const status = this.#statusIn(bytes);
    const passed = at === -1 ? Math.max(0, bytes.length - this.#nonce.length + 1) : at;
    this.#sink(bytes.subarray(0, passed));
    this.#held = status === undefined ? bytes.subarray(passed) : Buffer.alloc(0);
    this.status = status;
  };

  #takeUnsealed = (text: Buffer): void => {
    const status = this.#statusIn(text);
    if (status === undefined || this.#seal?.isWhole !== true) return this.#keep(text);
    this.#sink(this.#held);
    this.#held = Buffer.alloc(0);
    this.status ??= status;
  };

  /** Returns the status in the end line, if the bytes have this line. */
  #statusIn(bytes: Buffer): number | undefined {
    const at = bytes.indexOf(this.#nonce);
    if (at === -1) return undefined;
    const from = at + this.#nonce.length;
    const [, status] = /^ (\d{1,3})\n/.exec(bytes.subarray(from, from + endRestBytes).toString('latin1')) ?? [];
    return status === undefined ? undefined : Number(status);
  }

  #drop(bytes: Buffer): void {
    this.#noiseBytes += bytes.length;
    this.#keep(bytes);
  }

  #keep = (bytes: Buffer): void => {
    const room = loginLimits.noiseBytesKept - this.#noise.length;
    if (room > 0 && bytes.length > 0) this.#noise = Buffer.concat([this.#noise, bytes.subarray(0, room)]);
  };
}
