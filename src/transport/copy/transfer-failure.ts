import { RingmasterError } from '../../domain/failure/error.ts';
import type { FailureCode } from '../../domain/failure/table.ts';
import { copyLimits, quoteLimits } from '../limits.ts';
import { fullDiskWords } from '../../domain/node/full-disk.ts';
import type { Hint } from '../../domain/failure/hint.ts';

/** Returns the failure of a program that moves data. The failure is derived from the program's exit status or signal and from its stderr. */
export function transferFailure(node: string, program: string, code: number | null, killedBy: string | null, stderr: string): RingmasterError {
  const [failure, hint] = killedBy === null ? classify(stderr) : interrupted;
  const quoted = stderr.trim().split('\n').slice(-quoteLimits.linesMax).join('; ').slice(0, quoteLimits.charsMax);
  return new RingmasterError(failure, {
    cannot: `copy between home and ${node}`,
    because: `${program} ${killedBy === null ? `ended with ${code}` : `was killed (${killedBy})`}${quoted === '' ? '' : `: ${quoted}`}`,
    hint,
    fields: { node },
  });
}

/** Converts an error of Node's own file calls into a failure with the code of a transfer. Returns every other error unchanged. */
export function copyFailure(node: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof RingmasterError || !('code' in error)) return error;
  const known = ['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS', 'ENOENT'].includes(String(error.code));
  if (!known) return error;
  const [failure, hint] = classify(error.message);
  return new RingmasterError(failure, { cannot: `copy between home and ${node}`, because: error.message, hint, fields: { node }, cause: error });
}

const interrupted = ['sync.interrupted', { say: 'again in a moment: the copy resumes where it stopped' }] as const satisfies readonly [
  FailureCode,
  Hint,
];

/** The first pattern that matches decides. A full disk comes first because it often breaks the connection as well. */
const patterns: readonly (readonly [RegExp, FailureCode, Hint])[] = [
  [fullDiskWords, 'sync.disk-full', { say: 'freeing space there: the files that arrived are kept, and the next copy resumes' }],
  [/Host key verification failed|REMOTE HOST IDENTIFICATION/, 'transport.host-key-changed', { run: 'ringmaster doctor' }],
  [/Permission denied \((?:publickey|password|keyboard)/, 'transport.authentication', { say: 'checking the identity file in the cluster file' }],
  [
    /Permission denied|EACCES|EPERM|EROFS|Read-only file system|Operation not permitted/,
    'sync.permission',
    { say: 'checking the owner and the mode of the folder' },
  ],
  [
    /Connection refused|Connection timed out|No route to host|Could not resolve hostname|Network is unreachable/,
    'transport.unreachable',
    { say: 'again when the node is reachable', run: 'ringmaster doctor' },
  ],
  [/No such file or directory|ENOENT|vanished/, 'sync.source-missing', { say: 'again when the source is complete' }],
];

const classify = (text: string): readonly [FailureCode, Hint] => {
  const found = patterns.find(([pattern]) => pattern.test(text));
  return found === undefined ? interrupted : [found[1], found[2]];
};

/** Returns the failure for bytes that do not match their checksum. `which` has the names of the bad files, one per line. */
export const corrupt = (node: string, what: string, which: string): RingmasterError =>
  new RingmasterError('sync.corrupt', {
    cannot: `accept ${what} between home and ${node}`,
    because: `what arrived is not what was sent: ${which.split('\n').slice(0, copyLimits.badFilesShownMax).join(', ')}`,
    hint: { say: 'again: the bad files were removed. If it happens again, check the disk and the memory of both machines' },
    fields: { node, what },
  });
