import { quoteAll } from '../quote.ts';
import type { Remote } from './remote.ts';
import { runTransfer } from './run-transfer.ts';

/** A shell pipeline here that has the command on the node at one end: `cat file | NODE`, `NODE | tar`. */
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
  // pipefail by hand: POSIX has none. The first command that fails says so on fd 3 and decides.
  const parts = [script.before, there, script.after].flatMap((part) => (part === undefined ? [] : [`{ { ${part}; } 3>&- || echo bad >&3; }`]));
  await runTransfer(remote.node, 'sh', ['-c', `bad=$( { ${parts.join(' | ')}; } 3>&1 >/dev/null ); [ -z "$bad" ]`], stdin, signal);
}
