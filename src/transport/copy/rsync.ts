import { findPrograms } from '../../system/find-program.ts';
import { copyLimits } from '../limits.ts';
import type { Remote } from './remote.ts';
import { runTransfer } from './run-transfer.ts';

/** Returns whether this machine has rsync. */
export const rsyncIsHere = (): boolean => findPrograms('rsync').length > 0;

/**
 * Returns a word of the remote shell as rsync reads it. rsync splits the text itself: in quotes, a doubled quote is one quote, and nothing else has a
 * meaning.
 */
const rsyncWord = (word: string): string => `'${word.replaceAll("'", "''")}'`;

/** Runs rsync to its end. When rsync is killed or loses its connection, its partial files stay, and the next run resumes from them. */
export async function rsync(remote: Remote, args: readonly string[], stdin: string | Buffer | undefined, signal?: AbortSignal): Promise<void> {
  const shell = remote.shell === undefined ? [] : ['-e', remote.shell.map(rsyncWord).join(' ')];
  await runTransfer(remote.node, 'rsync', [...shell, '--protect-args', `--timeout=${copyLimits.rsyncSilentSecondsMax}`, ...args], stdin, signal);
}
