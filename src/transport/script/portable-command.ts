import { quoteAll } from '../quote.ts';

/**
 * All shells read a word in single quotes alike when it has no quote, backslash, exclamation mark or newline (fish reads `\'` and `\\` in it, tcsh `!`, and
 * a newline ends a line for tcsh). So the program travels as a string between double quotes for `eval`, and each character that has a meaning in one of
 * the two kinds of quotes travels as a parameter: `$1` for a dollar sign, and so on.
 */
const parameters: Readonly<Record<string, string>> = { $: '$1', '"': '$2', '`': '$3', "'": '$4', '!': '$5', '\\': '$6', '\n': '$7' };

/** The characters themselves, in that order. `! ` and `\ ` have a blank that the decoder cuts off: tcsh and fish read both characters before a quote. */
const characters = `'$' '"' '\`' "'" '! ' '\\ '`;

/** Completes the parameters ($7 is the last character of a fresh IFS, a newline) and evaluates the string. It sets no variable that the program could see. */
const decoder = `'set -- "$1" "$2" "$3" "$4" "\${5% }" "\${6% }" "\${IFS#??}" "$7"; eval "$8"'`;

/** Returns a command line that runs a program with `sh` and that any login shell reads in the same way: sh, bash, zsh, fish, tcsh. */
export function portableCommand(program: string, args: readonly string[]): string {
  const text = `set -- ${quoteAll(args)}\n${program}\n`;
  const encoded = text.replaceAll(/[$"`'!\\\n]/g, (character) => parameters[character] ?? '');
  return `exec sh -c ${decoder} sh ${characters} 'eval "${encoded}"'`;
}
