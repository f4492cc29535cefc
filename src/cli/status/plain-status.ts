import type { GlobalOptions } from '../program/run.ts';
import { formats, type Format } from '../render/output.ts';

export interface PlainStatus {
  readonly global: GlobalOptions;
  readonly output: Format;
}

/**
 * Returns the options of `status` when the command line has only `-o`, `--state` and `--no-color`, each spelled as in the manual. Returns undefined
 * for every other command line, which commander then parses. So this parser needs to know only a few spellings (no `-ojson`, no `--out`), and
 * commander refuses faulty values.
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
        // `-o` is an option of the verb. Commander refuses an `-o` before the verb, so commander handles such a command line.
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
