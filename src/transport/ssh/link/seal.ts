import { quote } from '../../../base/quote.ts';

/**
 * Other text can stand in our output: a process that a start-up file of the login left running can print at any moment, and the two outputs of our program
 * can arrive on one stream. So an output is sealed: `od` encodes it in lines of a position and 16 bytes, and `dd` writes one line at a time, so that other
 * text can stand between two lines only. The last line has no bytes, so its position is the length of the output.
 *
 * The two outputs have other numbers, so that their lines are told apart.
 */
export type SealedOutput = 'out' | 'err';

interface Numbers {
  /** The options of `od` for the numbers. */
  readonly options: string;
  readonly radix: number;
  /** Positions have at least this many digits. */
  readonly digits: number;
  /** The length of a byte with its blank. */
  readonly byteChars: number;
  readonly bytes: RegExp;
  /** Decodes bytes that fit `bytes`. */
  readonly decode: (bytes: string) => Buffer;
  /** A whole line of the other output. */
  readonly other: RegExp;
}

/** The programs that seal an output on the node. */
export const sealTools = ['od', 'dd'] as const;

const bytesInLine = 16;

const numbers: Readonly<Record<SealedOutput, Numbers>> = {
  out: {
    options: '-Ax -tx1',
    radix: 16,
    digits: 6,
    byteChars: 3,
    bytes: /^(?: [0-9a-f]{2}){0,16}$/,
    decode: (bytes) => Buffer.from(bytes.replaceAll(' ', ''), 'hex'),
    other: /^\d{7,}(?: [0-3][0-7]{2}){0,16}$/,
  },
  err: {
    options: '-Ad -to1',
    radix: 10,
    digits: 7,
    byteChars: 4,
    bytes: /^(?: [0-3][0-7]{2}){0,16}$/,
    decode: (bytes) => Buffer.from((bytes.match(/\d+/g) ?? []).map((byte) => Number.parseInt(byte, 8))),
    other: /^[0-9a-f]{6,}(?: [0-9a-f]{2}){0,16}$/,
  },
};

/**
 * Returns a command that seals its standard input. The first `dd` writes the lines whose positions have the least digits. Each further `dd` writes the lines
 * with one more digit, behind the first of them, which `read` takes: `read` fails at the end of the output.
 */
const seal = (output: SealedOutput): string => {
  const { options, radix, digits, byteChars } = numbers[output];
  const lineBytes = digits + bytesInLine * byteChars + '\n'.length;
  const lines = radix ** digits / bytesInLine;
  return (
    `od -v ${options} | ( set -- ${lineBytes} ${lines} ${lines}; ` +
    `while dd iflag=fullblock ibs="$1" obs="$1" count="$2" 2>/dev/null; IFS= read -r line; do ` +
    `printf '%s\\n' "$line"; set -- "$(($1 + 1))" "$(($3 * ${radix - 1} - 1))" "$(($3 * ${radix}))"; done )`
  );
};

/**
 * Returns a program that runs another one with both of its outputs sealed, and has its status in `$sealed` at the end. With `joined`, both outputs go to the
 * standard output. The program gets its outputs by `exec`, because the sh of busybox takes any other redirection back before it runs the trap of a program
 * that exits.
 */
export const sealOutput = (program: string, how: 'apart' | 'joined' = 'apart'): string =>
  `exec 6>&1 7>&${how === 'joined' ? 1 : 2}\nsealed=${quote(program)}\n` +
  `sealed=$({ { { exec 2>&1 >&9; (exec 6>&- 7>&- 8>&- 9>&-; eval "$sealed"); echo $? >&8; } | ${seal('err')} >&7; } 9>&1 | ${seal('out')} >&6; } 8>&1)`;

/** A line of others that is longer than this is passed on in parts. */
const restCharsMax = 65_536;

/** Decodes a sealed output. */
export class Seal {
  readonly #numbers: Numbers;
  readonly #sink: (chunk: Buffer) => void;
  readonly #dropped: (chunk: Buffer) => void;
  #rest = '';
  #bytes = 0;
  /** True when the line without bytes has come, and its position is the length of the output that came before. */
  isWhole = false;

  /** `dropped` gets the text of others. */
  constructor(output: SealedOutput, sink: (chunk: Buffer) => void, dropped: (chunk: Buffer) => void) {
    this.#numbers = numbers[output];
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
      const found = this.#find(line);
      const before = found === undefined ? this.#ofOthers(line) : line.slice(0, found.at);
      if (before !== '') {
        passOn();
        this.#dropped(Buffer.from(before, 'latin1'));
      }
      if (found === undefined) continue;
      if (found.bytes === '') this.isWhole = true;
      const part = this.#numbers.decode(found.bytes);
      this.#bytes += part.length;
      parts.push(part);
    }
    passOn();
  };

  /** Returns where the next line of our output begins in a line. The text of others can end without a newline. */
  #find(line: string): { readonly at: number; readonly bytes: string } | undefined {
    const { radix, digits, bytes: wanted } = this.#numbers;
    const position = this.#bytes.toString(radix).padStart(digits, '0');
    for (let at = line.indexOf(position); at !== -1; at = line.indexOf(position, at + 1)) {
      const bytes = line.slice(at + position.length);
      if (wanted.test(bytes)) return { at, bytes };
    }
    return undefined;
  }

  #ofOthers = (line: string): string => (this.#numbers.other.test(line) ? '' : `${line}\n`);

  /** Drops what is no whole line. Call this when the stream has ended. */
  flush(): void {
    if (this.#rest !== '') this.#dropped(Buffer.from(this.#rest, 'latin1'));
    this.#rest = '';
  }
}
