import type { GlobalOptions } from '../program/run.ts';
import { formats, type Format } from '../render/output.ts';

export interface PlainStatus {
  readonly global: GlobalOptions;
  readonly output: Format;
}

/**
 * `status` with nothing but `-o`, `--state` and `--no-color`, each written as the manual writes it. Everything else is undefined, which is never wrong:
 * commander reads the command line then. So this knows few spellings (no `-ojson`, no `--out`), and a faulty value is left to commander to refuse.
 */
export function readPlainStatus(argv: readonly string[]): PlainStatus | undefined {
  let state: string | undefined;
  let color = true;
  let output: Format = 'table';
  let verbs = 0;
  for (let at = 0; at < argv.length; at += 1) {
    switch (argv[at]) {
      case 'status':
        verbs += 1;
        break;
      case '--no-color':
        color = false;
        break;
      case '--state':
        at += 1;
        state = valueAt(argv, at);
        if (state === undefined) return undefined;
        break;
      case '-o':
      case '--output': {
        // An option of the verb: before it, commander refuses it.
        if (verbs === 0) return undefined;
        at += 1;
        const format = formats.find((one) => one === argv[at]);
        if (format === undefined) return undefined;
        output = format;
        break;
      }
      case undefined:
      default:
        return undefined;
    }
  }
  return verbs === 1 ? { global: { state, color }, output } : undefined;
}

const valueAt = (argv: readonly string[], at: number): string | undefined => {
  const value = argv[at];
  return value === undefined || value === '' || value.startsWith('-') ? undefined : value;
};
