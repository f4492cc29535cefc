import { sshLimits } from '../../limits.ts';
import { quoteAll } from '../../quote.ts';
import { portableCommand } from '../../script/portable-command.ts';
import type { Link } from './link.ts';
import { runOnLink } from './run-on-link.ts';

/**
 * Returns whether the login shell is `sh`, `dash` or `ash`. These shells can run our scripts themselves, which saves a process (about 1 ms) for each
 * command. bash, zsh, fish and csh must start an `sh`. The shell is asked once for each connection. Returns false when the shell does not reply: the
 * first command then fails and reports the cause.
 */
export async function loginIsSh(node: string, link: Link): Promise<boolean> {
  const asked = await runOnLink(node, link, 'echo "$0"', { script: '', args: [], timeoutMs: sshLimits.loginShellMsMax }).catch(() => undefined);
  return asked !== undefined && asked !== 'full' && /^(\S*\/)?(sh|dash|ash)$/.test(asked.stdout.toString('utf8').trim());
}

/**
 * Returns the command line that sshd passes to the login shell. A login shell that is sh gets the program's own text, after the quoted arguments. Any
 * other login shell gets a command that all shells read in the same way.
 */
export const commandLine = (isSh: boolean, script: string, args: readonly string[]): string =>
  isSh ? `set -- ${quoteAll(args)}\n${script}` : portableCommand(script, args);
