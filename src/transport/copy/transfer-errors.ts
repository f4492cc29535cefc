import { copyLimits } from '../limits.ts';
import type { Nonce } from '../ssh/link/frame.ts';

/** ssh ends with this status when ssh itself failed. */
const sshFailed = '255';

/** Stands in the text where the program on the node began. */
const begunMark = '\0begun\0';
/** Stands in the text behind what the login printed instead of our program. */
const printedMark = '\0printed\0';

/**
 * Gathers the end of a transfer's standard error, and finds the lines with the nonce in it: `NONCE ssh PID` when ssh begins, `NONCE feeder PID` when the
 * process in front of ssh begins, `NONCE` when the program on the node begins, `NONCE STATUS` when this program ends, `NONCE ended STATUS` when ssh
 * ends, and `NONCE printed` behind what the login printed instead of our program.
 */
export class TransferErrors {
  readonly #nonce: string;
  #text = '';
  #hasBegun = false;
  /** The processes that this transfer may end. */
  readonly #pids = new Map<string, number>();
  #sshStatus: string | undefined;
  #printed: string | undefined;
  /** The status in the end line of the program on the node. */
  status: number | undefined;

  constructor(nonce: Nonce | undefined) {
    this.#nonce = nonce?.bytes.toString('latin1') ?? 'no nonce';
  }

  take = (chunk: Buffer): void => {
    this.#text = (this.#text + chunk.toString('utf8')).replaceAll(new RegExp(`${this.#nonce}(?: (\\w+))?(?: (\\d+))?\\n`, 'g'), this.#takeLine);
    const begun = this.#text.lastIndexOf(begunMark);
    if (begun !== -1) this.#text = this.#text.slice(begun + begunMark.length);
    const printed = this.#text.indexOf(printedMark);
    if (printed !== -1) this.#printed = this.#text.slice(0, printed);
    this.#text = this.#text.replace(printedMark, '');
    this.#text = this.#text.slice(-copyLimits.stderrCharsMax);
  };

  /** The errors of the transfer. The output of the login before our program is left out once the program has begun. */
  get text(): string {
    return this.#text;
  }

  /** The output of the login when it did not begin our program. It does not have the words of rsync, which come later. */
  get printed(): string {
    return this.#printed ?? this.#text;
  }

  /** True when ssh reached the node and the login did not begin our program. */
  get isNoShell(): boolean {
    return !this.#hasBegun && this.#sshStatus !== undefined && this.#sshStatus !== sshFailed;
  }

  /** Ends ssh, if it runs. */
  endSsh = (): void => this.#end('ssh');

  #end(name: string): void {
    const pid = this.#pids.get(name);
    this.#pids.delete(name);
    if (pid === undefined) return;
    try {
      process.kill(pid, 'SIGTERM');
    } catch {
      // It has ended already.
    }
  }

  #takeLine = (_line: string, word: string | undefined, number: string | undefined): string => {
    if (word === undefined) {
      this.#hasBegun = true;
      return begunMark;
    }
    if (word === 'printed') return printedMark;
    if (word === 'ended') {
      this.#sshStatus = number;
      this.#pids.delete('ssh');
      this.#end('feeder');
    } else if (number === undefined) this.status = Number(word);
    else if (!this.#hasBegun && !this.#pids.has(word)) this.#pids.set(word, Number(number));
    return '';
  };
}
