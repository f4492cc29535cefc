import { quoteAll } from '../quote.ts';

/**
 * Turns its word back into a program and runs it. In the word `+` is a blank, and `_0` with three octal digits, or `_n`, is any other byte that is not
 * plain: the fields between `+` are joined with blanks, those between `_` with backslashes, and printf reads the escapes. The decoder sets no variable but
 * IFS: the login may export any other, and everything that runs later would get the changed value.
 *
 * Every shell reads the decoder as one word: in its single quotes there is no quote, exclamation mark or newline, and no backslash before a quote.
 */
const decoder = 'IFS=+; set -- $1; IFS=" "; set -- "$*"; IFS=_; set -- $1; IFS="\\x"; eval "$(printf %b "$*")"';

const encodeByte = (byte: number): string => {
  const letter = String.fromCharCode(byte);
  if (/[A-Za-z0-9.,/:-]/.test(letter)) return letter;
  if (letter === ' ') return '+';
  return letter === '\n' ? '_n' : `_0${byte.toString(8).padStart(3, '0')}`;
};

/**
 * Returns a command line that runs a program with `sh`, for any login shell: sh, bash, zsh, fish and tcsh read it alike. The program and its arguments are
 * one word of letters, digits and `_ + . , / : -`, so nothing in them is left to the login shell's own rules of quoting.
 */
export function plainCommand(program: string, args: readonly string[]): string {
  const text = `unset IFS\nset -- ${quoteAll(args)}\n${program}\n`;
  return `exec sh -c '${decoder}' sh ${Array.from(Buffer.from(text, 'utf8'), encodeByte).join('')}`;
}
