import { quoteAll } from '../quote.ts';
import type { Remote } from './remote.ts';
import { runTransfer } from './run-transfer.ts';

/** Runs a shell pipeline on this machine in which one command runs on the node: `cat file | NODE`, or `NODE | tar`. */
export async function runPipeline(
  remote: Remote,
  script: { readonly before?: string; readonly there: string; readonly after?: string },
  stdin: string | undefined,
  signal?: AbortSignal,
): Promise<void> {
  const { shell, host } = remote;
  const there =
    shell === undefined || host === undefined
      ? quoteAll(['sh', '-c', script.there])
      : quoteAll([...shell, host, `exec sh -c ${quoteAll([script.there])}`]);
  // POSIX sh has no pipefail. Each command that fails writes to descriptor 3 instead, and the pipeline fails when anything was written there.
  const commands = [script.before, there, script.after].flatMap((command) =>
    command === undefined ? [] : [`{ { ${command}; } 3>&- || echo bad >&3; }`],
  );
  await runTransfer(remote.node, 'sh', ['-c', `bad=$( { ${commands.join(' | ')}; } 3>&1 >/dev/null ); [ -z "$bad" ]`], stdin, signal);
}
