import { spawnSync } from 'node:child_process';

const answerMsMax = 5_000;
const known = new Map<string, boolean>();

/**
 * Returns the variable that makes ssh run its commands by /bin/sh when the SHELL of this process runs no command: ssh runs ProxyJump, ProxyCommand and
 * `Match exec` by $SHELL. An account of a service often has the SHELL `nologin`. Any other SHELL is kept.
 */
export function workingShell({ SHELL: shell }: Readonly<Record<string, string | undefined>>): { readonly SHELL?: string } {
  if (shell === undefined || shell === '') return {};
  const works = known.get(shell) ?? spawnSync(shell, ['-c', 'exit 0'], { stdio: 'ignore', timeout: answerMsMax }).status === 0;
  known.set(shell, works);
  return works ? {} : { SHELL: '/bin/sh' };
}
