import { quoteAll } from '../quote.ts';
import { portableCommand } from '../script/portable-command.ts';
import type { Remote } from './remote.ts';
import { runTransfer } from './run-transfer.ts';

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
  const { shell, host } = remote;
  const onNode =
    shell === undefined || host === undefined ? shWords(there.program, there.args) : [...shell, host, portableCommand(there.program, there.args)];
  // POSIX sh has no pipefail. Instead, each command that fails writes to descriptor 3, and the pipeline fails when descriptor 3 has received
  // anything.
  const commands = [before, onNode, after].flatMap((words) => (words === undefined ? [] : [`{ ${quoteAll(words)} 3>&- || echo bad >&3; }`]));
  await runTransfer(remote.node, 'sh', ['-c', `bad=$( { ${commands.join(' | ')}; } 3>&1 >/dev/null ); [ -z "$bad" ]`], stdin, signal);
}
