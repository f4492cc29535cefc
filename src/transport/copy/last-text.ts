import { copyLimits } from '../limits.ts';

/** Keeps the end of a text. The cause of a failure is in the last lines that a program prints. */
export class LastText {
  #text = '';

  take = (chunk: Buffer): void => {
    this.#text = (this.#text + chunk.toString('utf8')).slice(-copyLimits.stderrCharsMax);
  };

  get text(): string {
    return this.#text;
  }
}
