import { quoteAll } from '../quote.ts';

/**
 * Every shell reads a word in single quotes in the same way if the word has no quote, backslash, exclamation mark or newline. (In such a word fish reads
 * `\'` and `\\`, tcsh reads `!`, and tcsh refuses a newline.) So the program is sent as a string in double quotes for `eval`. Each character that has a
 * meaning in one of the two kinds of quotes is sent as a parameter, for example `$1` for a dollar sign.
 */
const parameters: Readonly<Record<string, string>> = { $: '$1', '"': '$2', '`': '$3', "'": '$4', '!': '$5', '\\': '$6', '\n': '$7' };

/** The characters themselves, in that order. The decoder cuts the blank off `! ` and `\ `: tcsh and fish would read these characters before a quote. */
const characters = `'$' '"' '\`' "'" '! ' '\\ '`;

/**
 * Completes the parameters and evaluates the string. $7 becomes the last character of a fresh IFS, which is a newline. The decoder sets no variable that
 * the program could see.
 */
const decoder = `'set -- "$1" "$2" "$3" "$4" "\${5% }" "\${6% }" "\${IFS#??}" "$7"; eval "$8"'`;

/** Returns a command line that runs a program with `sh` and that any login shell reads in the same way: sh, bash, zsh, fish, tcsh. */
export function portableCommand(program: string, args: readonly string[]): string {
  const text = `set -- ${quoteAll(args)}\n${program}\n`;
  const encoded = text.replaceAll(/[$"`'!\\\n]/g, (character) => parameters[character] ?? '');
  return `exec sh -c ${decoder} sh ${characters} 'eval "${encoded}"'`;
}
