import { copyLimits } from '../limits.ts';
import type { Nonce } from '../ssh/link/frame.ts';

/** The standard error of a transfer at its end. */
export interface ErrorsAtEnd {
  /** The errors of the transfer. The output of the login before our program is left out once the program has begun. */
  readonly text: string;
  /** The status in the end line of the program on the node. */
  readonly status: number | undefined;
  /** True when ssh reached the node and the login did not begin our program. */
  readonly isNoShell: boolean;
}

/** Gathers the end of a transfer's standard error, and finds the lines with the nonce in it. */
export class TransferErrors {
  readonly #nonce: string | undefined;
  #text = '';
  #hasBegun = false;

  constructor(nonce: Nonce | undefined) {
    this.#nonce = nonce?.bytes.toString('latin1');
  }

  take = (chunk: Buffer): void => {
    this.#text += chunk.toString('utf8');
    const begin = `${this.#nonce}\n`;
    const at = this.#hasBegun || this.#nonce === undefined ? -1 : this.#text.indexOf(begin);
    if (at !== -1) {
      this.#hasBegun = true;
      this.#text = this.#text.slice(at + begin.length);
    }
    this.#text = this.#text.slice(-copyLimits.stderrCharsMax);
  };

  end(): ErrorsAtEnd {
    if (this.#nonce === undefined) return { text: this.#text, status: undefined, isNoShell: false };
    const status = new RegExp(`${this.#nonce} (\\d{1,3})\\n`).exec(this.#text)?.[1];
    const isNoShell = !this.#hasBegun && this.#text.includes(`${this.#nonce} ended\n`);
    const text = this.#text.replaceAll(new RegExp(`${this.#nonce}(?: \\w+)?\\n`, 'g'), '');
    return { text, status: status === undefined ? undefined : Number(status), isNoShell };
  }
}
