import { quoteAll } from '../quote.ts';

/**
 * Every shell reads a word in single quotes in the same way if the word has no quote, backslash, exclamation mark or newline. (In single quotes fish
 * changes `\'` and `\\`, tcsh changes `!`, and tcsh refuses a newline.) So the program is sent as a string in double quotes for `eval`. Each
 * character that has a meaning in single or double quotes is sent as a parameter, for example `$1` for a dollar sign.
 */
const parameters: Readonly<Record<string, string>> = { $: '$1', '"': '$2', '`': '$3', "'": '$4', '!': '$5', '\\': '$6', '\n': '$7' };

/**
 * The characters themselves, in the order of `parameters`. The decoder removes the blank from `! ` and `\ `. The blank is there because tcsh and fish
 * would give `!` and `\` a meaning directly before a quote.
 */
const characters = `'$' '"' '\`' "'" '! ' '\\ '`;

/**
 * Completes the parameters and evaluates the string. $7 becomes the last character of a fresh IFS, which is a newline. The decoder sets no variable
 * that the program could see.
 */
const decoder = `'set -- "$1" "$2" "$3" "$4" "\${5% }" "\${6% }" "\${IFS#??}" "$7"; eval "$8"'`;

/** Returns a command line that runs a program with `sh`. The login shells sh, bash, zsh, fish and tcsh all read the line in the same way. */
export function portableCommand(program: string, args: readonly string[]): string {
  const text = `set -- ${quoteAll(args)}\n${program}\n`;
  const encoded = text.replaceAll(/[$"`'!\\\n]/g, (character) => parameters[character] ?? '');
  return `exec sh -c ${decoder} sh ${characters} 'eval "${encoded}"'`;
}
