import { quoteAll } from '../../base/quote.ts';
import { environmentReset } from './programs.ts';

/**
 * The characters at which an unquoted word of sh is split or that form a pattern, the backslash, and the characters with which a shell would run a command or
 * open a file: a shell that evaluates the words must do neither. Each has a control character in its place.
 */
const characters = [' ', '\t', '\n', '*', '?', '[', '\\', '>', '<', '&', '|', ';', '(', ')', '"', "'", '$', '`'];
const firstCode = 0o16;
const special = /[ \t\n*?[\\><&|;()"'$`]/g;
const octal = (code: number): string => `\\${code.toString(8)}`;
const controls = characters.map((_, at) => octal(firstCode + at)).join('');
const originals = characters.map((character) => octal(character.charCodeAt(0))).join('');

/** A word for sh that gives the parameter 1 its characters back and evaluates it. */
const decoder = `eval\${IFS}"$(printf\${IFS}%s\${IFS}"$1"|tr\${IFS}'${controls}'\${IFS}'${originals}')"`;

/** Words of sh that give the words in `$*` the form of `bareCommand`. No such word has a pattern. */
export const bareWords = `"$(printf %s "$*" | tr ' ' '${octal(firstCode)}')"`;

/**
 * Returns a command line that runs a program with `sh` in the home folder, for a wrapper that splits the command line at blanks and takes every other
 * character as it is, such as a forced command `exec $SSH_ORIGINAL_COMMAND`.
 */
export function bareCommand(program: string, args: readonly string[]): string {
  const text = `${environmentReset}cd\nset -- ${quoteAll(args)}\n${program}\n`;
  const encoded = text.replaceAll(special, (character) => String.fromCharCode(firstCode + characters.indexOf(character)));
  return `sh -c ${decoder} sh ${encoded}`;
}
