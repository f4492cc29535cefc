import { quote, quoteAll } from '../quote.ts';
import { formCommands } from '../ssh/link/command-line.ts';
import { quoteLimits } from '../limits.ts';
import type { Nonce } from '../ssh/link/frame.ts';
import type { LoginForm } from '../ssh/link/login-form.ts';

/**
 * Returns a text for sh that reads standard input up to the nonce and then becomes the program `after`, which reads the rest. `read` of a shell takes
 * single bytes from a pipe, so nothing of the rest is lost. Without the nonce, the first lines go to standard error.
 */
const afterNonce = (nonce: string, after: string): string =>
  `seen=; while IFS= read -r line; do case $line in *${nonce}) exec ${after};; esac; ` +
  `[ \${#seen} -gt ${quoteLimits.charsMax} ] || seen="$seen$line; "; done; printf '%.${quoteLimits.charsMax}s\\n' "$seen$line" >&2; exit 1`;

/**
 * Returns a text for sh: ssh runs a program on the node, and what the program prints goes to `after`. `words` are words of sh that are put in place of
 * `wordsMark` in the program. When ssh itself did not fail, a line of the nonce and "ended" on standard error says so.
 */
export function sshPipe(
  shell: readonly string[],
  host: string,
  form: LoginForm,
  nonce: Nonce,
  { program, words = '', after }: { readonly program: string; readonly words?: string; readonly after: string },
): string {
  const command = formCommands[form](program, []).split(wordsMark).map(quote).join(words);
  const said = nonce.bytes.toString('latin1');
  return `{ ${quoteAll([...shell, host])} ${command}; [ $? = 255 ] || echo ${said} ended >&2; } | { ${afterNonce(said, after)}; }`;
}

/** Stands for the words in the text of a program. */
export const wordsMark = 'RINGMASTER_WORDS';
