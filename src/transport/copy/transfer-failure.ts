import { RingmasterError } from '../../domain/failure/error.ts';
import type { Hint } from '../../domain/failure/hint.ts';
import type { SshError, SystemError } from '../../domain/failure/program-words.ts';
import { errorInText, errorOfName, missingProgramIn, programStatus } from '../../domain/failure/system-error.ts';
import type { FailureCode } from '../../domain/failure/table.ts';
import { loginThatRuns } from '../../domain/node/login-fix.ts';
import { cancelled } from '../cancelled.ts';
import { copyLimits, quoteLimits } from '../limits.ts';
import { quoteNoise } from '../ssh/link/login-noise.ts';
import type { ReachedRemote, Remote } from './remote.ts';
import { firstSshErrorIn } from '../ssh/ssh-words.ts';

type Verdict = readonly [FailureCode, Hint];

/** Returns the failure of a program that moves data. The failure is derived from the program's exit status or signal and from its stderr. */
export function transferFailure(
  { node, echoOk }: Pick<Remote, 'node' | 'echoOk'>,
  program: string,
  code: number | null,
  killedBy: string | null,
  stderr: string,
): RingmasterError {
  const [failure, hint] = killedBy === null ? classify(program, code, stderr, echoOk) : interrupted;
  const lines = stderr.split('\n').flatMap((line) => line.trim() || []);
  const quoted = lines.slice(-quoteLimits.linesMax).join('; ').slice(0, quoteLimits.charsMax);
  return new RingmasterError(failure, {
    cannot: `copy between home and ${node}`,
    because: `${program} ${killedBy === null ? `ended with ${code}` : `was killed (${killedBy})`}${quoted === '' ? '' : `: ${quoted}`}`,
    hint,
    fields: { node },
  });
}

/** Returns the failure of a transfer when its caller has aborted it. */
export const transferCancelled = (node: string): RingmasterError =>
  cancelled(`copy between home and ${node}`, { node }, 'again when you want it: the copy resumes where it stopped');

/** Returns the failure of a transfer when the login did not begin our program. The next transfer logs in again, because the login may be mended by then. */
export async function transferNoShell({ node, echoOk, logInAgain }: ReachedRemote, printed: string): Promise<RingmasterError> {
  await logInAgain();
  return new RingmasterError('transport.no-shell', {
    cannot: `copy between home and ${node}`,
    because: `its login printed "${quoteNoise(printed) || 'nothing'}" instead of running our program`,
    hint: loginThatRuns(echoOk),
    fields: { node },
  });
}

/** Converts an error of Node's own file calls into a failure with the code of a transfer. Returns every other error unchanged. */
export function copyFailure(node: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof RingmasterError || !('code' in error)) return error;
  const known = errorOfName(String(error.code));
  if (known === undefined || known === 'unreachable') return error;
  const [failure, hint] = ofSystemError[known](error.message);
  return new RingmasterError(failure, { cannot: `copy between home and ${node}`, because: error.message, hint, fields: { node }, cause: error });
}

const interrupted: Verdict = ['sync.interrupted', { say: 'again in a moment: the copy resumes where it stopped' }];

const ofSystemError: Readonly<Record<Exclude<SystemError, 'unreachable'>, (text: string) => Verdict>> = {
  'disk-full': () => ['sync.disk-full', { say: 'freeing space there: the files that arrived are kept, and the next copy resumes' }],
  permission: () => [
    'sync.permission',
    {
      say: 'giving the user the right to read and write that path and its folder (owner, mode, no read-only mount); a relative path begins in the folder of the node',
    },
  ],
  'no-program': (text) => ['transport.no-shell-tool', { say: `installing ${missingProgramIn(text) ?? 'rsync'} on the node` }],
  missing: () => ['sync.source-missing', { say: 'again when the source is complete' }],
};

/**
 * The exit codes of rsync that say enough alone (rsync(1), "EXIT VALUES"). The others, 3 (selecting files), 11 (file I/O) and 23 (some files were not
 * transferred), have many causes, and rsync prints the number of the system's error with them.
 */
const ofRsyncCode: Readonly<Record<number, Verdict>> = {
  10: interrupted, // a socket failed
  12: interrupted, // the protocol's stream broke: the other side ended
  14: interrupted, // rsync's own processes lost each other
  20: interrupted, // SIGUSR1 or SIGINT
  30: interrupted, // a time limit for sending or receiving
  35: interrupted, // a time limit for the connection
  [programStatus.notFound]: ofSystemError['no-program'](''), // the node's shell found no rsync
};

/** The errors of the ssh of a transfer, which logs in by itself. The connection of the commands can last meanwhile. */
const ofSshError = {
  'host-key-revoked': 'transport.host-key-changed',
  'host-key-changed': 'transport.host-key-changed',
  'host-key-unknown': 'transport.host-key-unknown',
  authentication: 'transport.authentication',
} as const satisfies Partial<Record<SshError, FailureCode>>;
const sshErrors = Object.keys(ofSshError) as readonly (keyof typeof ofSshError)[];

/** `echoOk` is the command that prints ok when the login works. A node on this machine has no login. */
const loginByHand = (echoOk: string | undefined): Hint => ({
  say: `mending what this command names, until it prints ${echoOk === undefined ? '"nothing to put right"' : 'ok'}`,
  run: echoOk ?? 'ringmaster doctor',
});

/** Returns whether the ssh of a transfer ended the transfer. Only then do words such as "Connection refused" speak of the host, and not of a file. */
const isSshFault = (program: string, code: number | null, stderr: string): boolean =>
  code === 255 || (program === 'rsync' && (code === 12 || code === 30) && /^ssh: /m.test(stderr));

function classify(program: string, code: number | null, stderr: string, echoOk: string | undefined): Verdict {
  // The names of vanished files stand in the text, and they can be any words.
  if (program === 'rsync' && code === 24) return ofSystemError.missing(stderr);
  const error = errorInText(stderr);
  if (error === 'disk-full') return ofSystemError[error](stderr);
  const ssh = firstSshErrorIn(stderr, sshErrors);
  if (ssh !== undefined) return [ofSshError[ssh], loginByHand(echoOk)];
  if (error === 'unreachable' && isSshFault(program, code, stderr)) return ['transport.unreachable', loginByHand(echoOk)];
  // rsync breaks the connection when the node has no rsync, so the code alone would say "interrupted".
  if (error === 'no-program') return ofSystemError[error](stderr);
  const byCode = program === 'rsync' && code !== null ? ofRsyncCode[code] : undefined;
  return byCode ?? (error === undefined || error === 'unreachable' ? interrupted : ofSystemError[error](stderr));
}

/** Returns the failure for bytes that do not match their checksum. `which` has the names of the bad files, one per line. */
export const corrupt = (node: string, what: string, which: string): RingmasterError =>
  new RingmasterError('sync.corrupt', {
    cannot: `accept ${what} between home and ${node}`,
    because: `what arrived is not what was sent: ${which.split('\n').slice(0, copyLimits.badFilesShownMax).join(', ')}`,
    hint: { say: 'again: the bad files were removed. If it happens again, check the disk and the memory of both machines' },
    fields: { node, what },
  });
