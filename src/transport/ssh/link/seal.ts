import { quote } from '../../quote.ts';

/**
 * A process that a start-up file of the login left running can print into our output at any moment. So the output is sealed: `od` encodes it in lines of
 * a position and 16 bytes, and `dd` writes one line at a time, so that other text can stand between two lines only. The last line is the length.
 */
const lineBytes = '000000'.length + 16 * ' 00'.length + '\n'.length;
const seal = `od -Ax -v -tx1 | dd obs=${lineBytes} 2>/dev/null`;

/** Returns a program that runs another one with both of its outputs sealed, and has its status in `$sealed` at the end. */
export const sealOutput = (program: string): string =>
  `exec 6>&1 7>&2\nsealed=${quote(program)}\n` +
  `sealed=$({ { { (eval "$sealed") 6>&- 7>&- 8>&- 9>&-; echo $? >&8; } 2>&1 >&9 | ${seal} >&7; } 9>&1 | ${seal} >&6; } 8>&1)`;

/** A line of others that is longer than this is passed on in parts. */
const restCharsMax = 65_536;

/** Decodes a sealed stream. */
export class Seal {
  readonly #sink: (chunk: Buffer) => void;
  readonly #dropped: (chunk: Buffer) => void;
  #rest = '';
  #bytes = 0;
  /** True when the line with the length has come, and the length is right. */
  isWhole = false;

  /** `dropped` gets the text of others. */
  constructor(sink: (chunk: Buffer) => void, dropped: (chunk: Buffer) => void) {
    this.#sink = sink;
    this.#dropped = dropped;
  }

  take = (chunk: Buffer): void => {
    const lines = (this.#rest + chunk.toString('latin1')).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > restCharsMax) this.flush();
    let parts: Buffer[] = [];
    const passOn = (): void => {
      const bytes = Buffer.concat(parts);
      parts = [];
      if (bytes.length > 0) this.#sink(bytes);
    };
    for (const line of lines) {
      const position = this.#bytes.toString(16).padStart(6, '0');
      const [found, before = '', bytes = ''] = new RegExp(`^(.*?)${position}((?: [0-9a-f]{2}){0,16})$`).exec(line) ?? [];
      if (found === undefined || before !== '') {
        passOn();
        this.#dropped(Buffer.from(found === undefined ? `${line}\n` : before, 'latin1'));
      }
      if (found === undefined) continue;
      if (bytes === '') this.isWhole = true;
      const part = Buffer.from(bytes.replaceAll(' ', ''), 'hex');
      this.#bytes += part.length;
      parts.push(part);
    }
    passOn();
  };

  /** Drops what is no whole line. Call this when the stream has ended. */
  flush(): void {
    if (this.#rest !== '') this.#dropped(Buffer.from(this.#rest, 'latin1'));
    this.#rest = '';
  }
}
