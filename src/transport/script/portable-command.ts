import { quoteAll } from '../../base/quote.ts';
import { environmentReset } from './programs.ts';

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
 * that the program could see. A bash that is sh takes over the options of the login shell when that shell exports SHELLOPTS, and a function `printf`, so
 * they are reset first.
 */
const decoder = (text: string): string =>
  `'set +eufCvx; unset -f printf; set -- "$1" "$2" "$3" "$4" "\${5% }" "\${6% }" "\${IFS#??}" ${text}; eval "$8"'`;
const decodeWord = decoder('"$7"');
const decodeWords = decoder('"$(shift 6; IFS=; printf %s "$*")"');

/** The csh of BSD takes words of at most this many characters. */
const wordCharsMax = 8_000;

/**
 * Starts the sh of a portable command. A name with a folder is no alias and no function of a start-up file. `exec` replaces the login shell, so that
 * nothing of the login runs after our program.
 */
const usualStart = 'exec /bin/sh';

/**
 * Returns a command line that runs a program with `sh` in the home folder, because a start-up file can change the folder. The login shells sh, bash,
 * zsh, fish and tcsh all read the line in the same way.
 */
export function portableCommand(program: string, args: readonly string[], start: string = usualStart): string {
  const text = `${environmentReset}cd\nset -- ${quoteAll(args)}\n${program}\n`;
  const encoded = text.replaceAll(/[$"`'!\\\n]/g, (character) => parameters[character] ?? '');
  const words = `eval "${encoded}"`.match(new RegExp(`.{1,${wordCharsMax}}`, 'gsu')) ?? [];
  return `${start} -c ${words.length === 1 ? decodeWord : decodeWords} sh ${characters} ${words.map((word) => `'${word}'`).join(' ')}`;
}
