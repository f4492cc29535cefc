import { quoteAll } from '../../quote.ts';
import type { Link } from './link.ts';
import { runOnLink } from './run-on-link.ts';

const askMsMax = 5_000;

/**
 * Whether the login shell is `sh`, which can run our scripts itself: that spares a process, about 1 ms a command. Asked once a connection, for bash,
 * zsh, fish and csh are not `sh` and must start one. A shell that does not answer is none; the command that follows tells what is wrong with it.
 */
export async function loginIsSh(node: string, link: Link): Promise<boolean> {
  const asked = await runOnLink(node, link, 'echo "$0"', { script: '', args: [], timeoutMs: askMsMax }).catch(() => undefined);
  return asked !== undefined && asked !== 'full' && /^(\S*\/)?(sh|dash|ash)$/.test(asked.stdout.toString('utf8').trim());
}

/** What sshd hands to the login shell. Arguments are quoted, never spliced. */
export const commandLine = (isSh: boolean, script: string, args: readonly string[]): string =>
  isSh ? `set -- ${quoteAll(args)}\n${script}` : `exec sh -c ${quoteAll([script, 'sh', ...args])}`;
