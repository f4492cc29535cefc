import { quote, quoteAll } from '../../base/quote.ts';
import { quoteLimits } from '../limits.ts';
import { bareWords } from '../script/bare-command.ts';
import { inForm } from '../ssh/link/command-line.ts';
import type { Nonce } from '../ssh/link/frame.ts';
import type { LoginForm } from '../ssh/link/login-form.ts';
import type { ReachedRemote } from './remote.ts';

/**
 * Returns a text for sh that reads standard input up to the nonce and then becomes `cat`, which passes on the rest. `read` of a shell takes single
 * bytes from a pipe, so nothing of the rest is lost. Without the nonce, the first lines go to standard error.
 */
const afterNonce = (nonce: string): string =>
  `seen=; while IFS= read -r line; do case $line in *${nonce}) exec cat;; esac; ` +
  `[ \${#seen} -gt ${quoteLimits.charsMax} ] || seen="$seen$line\n"; done; ` +
  `printf '%.${quoteLimits.charsMax}s\\n' "$seen$line" >&2; echo ${nonce} printed >&2; exit 1`;

/**
 * Returns a text for sh: ssh runs a program on the node, in which the words `$*` of this text stand in place of `wordsMark`. Standard error has a line
 * with the process id of ssh when ssh begins, and a line with its status when it ends (`TransferErrors`). A job in the background would get another
 * standard input, so ssh gets descriptor 5. The process that puts the prelude before the standard input prints its id, too: it does not notice the end
 * of ssh.
 */
export function sshPipe({ shell, host }: Pick<ReachedRemote, 'shell' | 'host'>, form: LoginForm, nonce: Nonce, program: string): string {
  const { command, prelude } = inForm[form](program, []);
  const withWords = (text: string): string =>
    text
      .split(wordsMark)
      .map(quote)
      .join(form === 'bare' ? bareWords : '"$*"');
  const said = nonce.bytes.toString('latin1');
  const ssh = `${quoteAll([...shell, host])} ${withWords(command)} <&5 5<&- & echo ${said} ssh $! >&2; exec 5<&-; wait $!; echo ${said} ended $? >&2`;
  const feeder = `sh -c 'echo ${said} feeder $$ >&2; printf %s "$1"; exec cat' sh ${withWords(prelude)} | `;
  return `${prelude === '' ? '' : feeder}{ exec 5<&0 </dev/null; ${ssh}; } | { ${afterNonce(said)}; }`;
}

/** Stands for the words in the text of a program. */
export const wordsMark = 'RINGMASTER_WORDS';
