import { loginLimits } from '../../limits.ts';
import type { CommandLine } from './command-line.ts';
import { Frame } from './frame.ts';

/** Functions that get the two outputs of our program. */
export interface Sinks {
  readonly out: (chunk: Buffer) => void;
  readonly err: (chunk: Buffer) => void;
}

/** How much of an output of our program has arrived: nothing, not its end line, or all of it. */
export type Arrival = 'none' | 'begun' | 'whole';

const arrivalOf = ({ hasBegun, status }: Frame): Arrival => (status !== undefined ? 'whole' : hasBegun ? 'begun' : 'none');

/** Finds the two outputs of our program in the two streams of a session. */
export class Frames {
  readonly out: Frame;
  readonly err: Frame;
  readonly #isJoined: boolean;
  #strayed: Buffer = Buffer.alloc(0);

  constructor({ nonce, output }: Pick<CommandLine, 'nonce' | 'output'>, sinks: Sinks) {
    const isSealed = output !== 'apart';
    this.#isJoined = output === 'joined';
    this.out = new Frame(nonce, isSealed ? 'out' : undefined, sinks.out);
    this.err = new Frame(nonce, isSealed ? 'err' : undefined, sinks.err);
  }

  takeOut = (chunk: Buffer): void => {
    this.out.take(chunk);
    if (this.#isJoined) this.err.take(chunk);
  };

  takeErr = (chunk: Buffer): void => {
    if (!this.#isJoined) return this.err.take(chunk);
    const room = loginLimits.noiseBytesKept - this.#strayed.length;
    if (room > 0) this.#strayed = Buffer.concat([this.#strayed, chunk.subarray(0, room)]);
  };

  /** Passes on what was held back. Call this when the streams have ended. */
  flush(): void {
    for (const frame of [this.out, this.err]) frame.flush();
  }

  /** The first bytes of the standard error outside our program. */
  get errNoise(): string {
    return this.#isJoined ? this.#strayed.toString('utf8') : this.err.noise;
  }

  /** The first bytes of what others printed. */
  get noise(): string {
    return this.out.noise + this.errNoise;
  }

  /** True when so much was printed before our program that the program is not waited for. */
  get isTooNoisy(): boolean {
    return this.out.isTooNoisy || this.err.isTooNoisy;
  }

  get arrived(): { readonly out: Arrival; readonly err: Arrival } {
    return { out: arrivalOf(this.out), err: arrivalOf(this.err) };
  }

  get hasBegun(): boolean {
    return this.out.hasBegun || this.err.hasBegun;
  }

  /** True when both end lines are there, or the one of the two outputs that arrive as one. */
  get hasEnded(): boolean {
    return this.out.status !== undefined && (this.err.status !== undefined || this.out.isDoubled);
  }

  /** True when something was printed after an end line. */
  get hasMore(): boolean {
    return this.out.hasMore || this.err.hasMore;
  }
}
