import { given } from '../../base/given.ts';
import { RingmasterError } from '../../domain/failure/error.ts';
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
 * Sends a transfer by rsync. The errors of rsync do not arrive from a login whose outputs are joined, so its transfers go by `stream`. A process that a start-up file of the login left running can print into rsync's protocol, which then breaks. After that the
 * transfer goes by `stream`, whose output is sealed. Returns the method that succeeded.
 */
export async function rsyncOrStream(
  remote: Remote,
  args: readonly string[],
  stream: () => Promise<void>,
  signal?: AbortSignal,
  accepted: readonly number[] = [],
): Promise<'rsync' | 'tar'> {
  const output = isReached(remote) ? (await remote.login()).output : 'apart';
  if (output === 'joined') {
    await stream();
    return 'tar';
  }
  try {
    await rsync(remote, args, signal, accepted);
    return 'rsync';
  } catch (error) {
    const isBroken = error instanceof RingmasterError && error.code === 'sync.interrupted';
    if (!isBroken || output !== 'shared') throw error;
    await stream();
    return 'tar';
  }
}

/**
 * Runs rsync to its end. An exit status of `accepted` is no failure. A hole of a file stays a hole. When rsync is killed or loses its connection, its partial files stay, and the next run resumes from them. `--blocking-io`
 * keeps its descriptors blocking, because `cat` cannot write to a descriptor that is not.
 */
async function rsync(remote: Remote, args: readonly string[], signal: AbortSignal | undefined, accepted: readonly number[]): Promise<void> {
  const options = ['--protect-args', '--sparse', `--timeout=${copyLimits.rsyncSilentSecondsMax}`];
  // rsync reads aliases of its options from ~/.popt. The ssh below gets its home back.
  const home = process.env['HOME'];
  const plain = { HOME: '/nonexistent' };
  if (!isReached(remote)) return runTransfer(remote, 'rsync', [...options, ...args], { env: plain, accepted, ...given({ signal }) });
  const nonce = newNonce();
  const pipe = sshPipe(remote, (await remote.login()).form, nonce, framedRsync(nonce, wordsMark));
  const env = {
    ...plain,
    RINGMASTER_RSH: `shift; ${home === undefined ? 'unset HOME' : 'HOME=$RINGMASTER_HOME'}; ${pipe}`,
    RINGMASTER_HOME: home ?? '',
  };
  await runTransfer(remote, 'rsync', ['-e', remoteShell, '--blocking-io', ...options, ...args], { env, accepted, nonce, ...given({ signal }) });
}
