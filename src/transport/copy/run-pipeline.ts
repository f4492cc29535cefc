import { given } from '../../base/given.ts';
import { quoteAll } from '../../base/quote.ts';
import { isReached, type Remote } from './remote.ts';
import { runTransfer } from './run-transfer.ts';
import { type Stream, streamOverSsh } from './stream-over-ssh.ts';

/** Returns the words that run a program of ours on this machine. */
export const shWords = (program: string, args: readonly string[]): readonly string[] => ['sh', '-c', program, 'sh', ...args];

/** Runs a pipeline on this machine in which one command runs on the node: `cat file | NODE`, or `NODE | tar`. */
export async function runPipeline(remote: Remote, stream: Stream, stdin: string | Buffer | undefined, signal?: AbortSignal): Promise<void> {
  if (isReached(remote)) return streamOverSsh(remote, stream, stdin, signal);
  const { before, there, after } = stream;
  // POSIX sh has no pipefail. Instead, each command that fails writes to descriptor 3, and the pipeline fails when descriptor 3 has received
  // anything.
  const commands = [before, shWords(there.program, there.args), after].flatMap((words) =>
    words === undefined ? [] : [`{ ${quoteAll(words)} 3>&- || echo bad >&3; }`],
  );
  const script = `bad=$( { ${commands.join(' | ')}; } 3>&1 >/dev/null ); [ -z "$bad" ]`;
  return runTransfer(remote, 'sh', ['-c', script], { stdin, ...given({ signal }) });
}
