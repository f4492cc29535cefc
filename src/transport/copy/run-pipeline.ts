import { given } from '../../base/given.ts';
import { quoteAll } from '../quote.ts';
import { framedStream, newNonce } from '../ssh/link/frame.ts';
import type { Remote } from './remote.ts';
import { runTransfer } from './run-transfer.ts';
import { sshPipe } from './ssh-pipe.ts';

/** The text of one of our programs, and the arguments of this program. */
interface NodeCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/** Returns the words that run a program of ours on this machine. */
export const shWords = (program: string, args: readonly string[]): readonly string[] => ['sh', '-c', program, 'sh', ...args];

/** Runs a pipeline on this machine in which one command runs on the node: `cat file | NODE`, or `NODE | tar`. */
export async function runPipeline(
  remote: Remote,
  { before, there, after }: { readonly before?: readonly string[]; readonly there: NodeCommand; readonly after?: readonly string[] },
  stdin: string | Buffer | undefined,
  signal?: AbortSignal,
): Promise<void> {
  const { node, shell, host, form } = remote;
  // POSIX sh has no pipefail. Instead, each command that fails writes to descriptor 3, and the pipeline fails when descriptor 3 has received
  // anything.
  const marked = (command: string): string => `{ ${command} 3>&- || echo bad >&3; }`;
  const script = (commands: readonly string[]): readonly string[] => ['-c', `bad=$( { ${commands.join(' | ')}; } 3>&1 >/dev/null ); [ -z "$bad" ]`];
  const first = before === undefined ? [] : [marked(quoteAll(before))];
  if (shell === undefined || host === undefined || form === undefined) {
    const last = after === undefined ? [] : [marked(quoteAll(after))];
    return runTransfer(node, 'sh', script([...first, marked(quoteAll(shWords(there.program, there.args))), ...last]), {
      stdin,
      ...given({ signal }),
    });
  }
  const nonce = newNonce();
  const program = framedStream(nonce, `set -- ${quoteAll(there.args)}\n${there.program}`);
  const pipe = sshPipe(shell, host, await form(), nonce, { program, after: after === undefined ? 'cat >/dev/null' : quoteAll(after) });
  await runTransfer(node, 'sh', script([...first, marked(`{ ${pipe}; }`)]), { stdin, begins: nonce, ends: true, ...given({ signal }) });
}
