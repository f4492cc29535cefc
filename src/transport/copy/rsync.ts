import { given } from '../../base/given.ts';
import { findPrograms } from '../../system/find-program.ts';
import { copyLimits } from '../limits.ts';
import { framedRsync, newNonce } from '../ssh/link/frame.ts';
import { isReached, type Remote } from './remote.ts';
import { runTransfer } from './run-transfer.ts';
import { sshPipe, wordsMark } from './ssh-pipe.ts';

/** Returns whether this machine has rsync. */
export const rsyncIsHere = (): boolean => findPrograms('rsync').length > 0;

/** rsync starts this command to reach the node, and appends a host and the words of its command. The text of the command is in the environment. */
const remoteShell = `sh -c 'eval "$RINGMASTER_RSH"' sh`;

/**
 * Runs rsync to its end. An exit status of `accepted` is no failure. When rsync is killed or loses its connection, its partial files stay, and the next run resumes from them. `--blocking-io`
 * keeps its descriptors blocking, because `cat` cannot write to a descriptor that is not.
 */
export async function rsync(remote: Remote, args: readonly string[], signal?: AbortSignal, accepted: readonly number[] = []): Promise<void> {
  const { node } = remote;
  const options = ['--protect-args', `--timeout=${copyLimits.rsyncSilentSecondsMax}`];
  // rsync reads aliases of its options from ~/.popt. The ssh below gets its home back.
  const home = process.env['HOME'];
  const plain = { HOME: '/nonexistent' };
  if (!isReached(remote)) return runTransfer(node, 'rsync', [...options, ...args], { env: plain, accepted, ...given({ signal }) });
  const nonce = newNonce();
  const pipe = sshPipe(remote.shell, remote.host, await remote.form(), nonce, { program: framedRsync(nonce, wordsMark), words: '"$*"' });
  const env = {
    ...plain,
    RINGMASTER_RSH: `shift; ${home === undefined ? 'unset HOME' : 'HOME=$RINGMASTER_HOME'}; ${pipe}`,
    RINGMASTER_HOME: home ?? '',
  };
  await runTransfer(node, 'rsync', ['-e', remoteShell, '--blocking-io', ...options, ...args], { env, accepted, nonce, ...given({ signal }) });
}
