import type { GlobalOptions } from '../program/run.ts';
import { formats, type Format } from '../render/output.ts';

/** The verbs that scripts and people run every few seconds. */
export const plainVerbs = ['status', 'daemon list'] as const;

export interface PlainStatus {
  readonly verb: (typeof plainVerbs)[number];
  readonly global: GlobalOptions;
  readonly output: Format;
}

/**
 * Returns a plain verb and its options when the command line has only `-o`, `--state` and `--no-color`, each spelled as in the manual. Returns undefined
 * for every other command line, which commander then parses. So this parser needs to know only a few spellings (no `-ojson`, no `--out`), and
 * commander refuses faulty values.
 */
export function readPlainStatus(argv: readonly string[]): PlainStatus | undefined {
  let state: string | undefined;
  let color = true;
  let output: Format = 'table';
  const words: string[] = [];
  const verb = (): PlainStatus['verb'] | undefined => plainVerbs.find((one) => one === words.join(' '));
  for (let at = 0; at < argv.length; at += 1) {
    switch (argv[at]) {
      case 'status':
      case 'list':
        words.push(argv[at] ?? '');
        break;
      case 'daemon':
        // The second word follows at once: between the two, commander would read an option of `daemon`.
        if (argv[at + 1] !== 'list') return undefined;
        words.push('daemon');
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
        if (verb() === undefined) return undefined;
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
  const plain = verb();
  return plain === undefined ? undefined : { verb: plain, global: { state, color }, output };
}

const valueAt = (argv: readonly string[], at: number): string | undefined => {
  const value = argv[at];
  return value === undefined || value === '' || value.startsWith('-') ? undefined : value;
};
