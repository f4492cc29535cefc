import { RingmasterError } from '../../../domain/failure/error.ts';
import type { FailureCode } from '../../../domain/failure/table.ts';
import { quoteLimits } from '../../limits.ts';
import { hostKeyChanged, hostKeyUnknown } from '../host-key.ts';
import { hostUnknown } from '../setting/host-unknown.ts';
import type { SshTarget } from '../ssh-config.ts';
import type { Hint } from '../../../domain/failure/hint.ts';

/** Returns the failure for the error output of `ssh -v`. Its code is the same as for a connection by npm ssh2 that fails for the same reason. */
export const masterFailure = (node: string, target: SshTarget, stderr: string): RingmasterError =>
  hostKeyFailure(node, target, stderr) ?? unknownHost(node, target, stderr) ?? otherFailure(node, target, stderr);

/** Returns the failure when the name of the target itself has no address. ssh prints the name that it looked up. */
function unknownHost(node: string, target: SshTarget, stderr: string): RingmasterError | undefined {
  const [, host, why = ''] = /Could not resolve hostname (\S+): (.*)/.exec(stderr) ?? [];
  if (host?.toLowerCase() !== target.host.toLowerCase()) return undefined;
  return hostUnknown(node, target, /Temporary failure/.test(why) ? 'no name server answers' : undefined);
}

/**
 * Returns the failure when ssh refused the host key of the target itself. A jump host has another name, fingerprint and known_hosts file, so a
 * refused key of a jump host is left to `otherFailure`.
 */
function hostKeyFailure(node: string, target: SshTarget, stderr: string): RingmasterError | undefined {
  const about = (words: RegExp): boolean => words.exec(stderr)?.[1]?.toLowerCase() === target.keyName.toLowerCase();
  // ssh prints a "Server host key" line for each hop. The last line is the target's.
  const print = [...stderr.matchAll(/Server host key: \S+ (SHA256:\S+)/g)].at(-1)?.[1] ?? 'no fingerprint';
  if (about(/host key for (\S+) is marked as revoked/)) return hostKeyChanged(node, target, `the key ${print}`, 'revoked');
  // ssh also prints this message when known_hosts has only keys of other types for the host.
  if (about(/Host key for (\S+) has changed and you have requested/)) return hostKeyChanged(node, target, `the key ${print}`, 'not the one known');
  return about(/No \S+ host key is known for (\S+) and you have requested/) ? hostKeyUnknown(node, target, print) : undefined;
}

/** Failures of the target or of a jump host. The text that ssh printed names the host. The first pattern that matches decides. */
const patterns: readonly (readonly [RegExp, FailureCode, Hint])[] = [
  [/Exceeded MaxStartups|Not allowed at this time/, 'transport.busy', { say: 'again in a moment' }],
  [/is marked as revoked|HOST IDENTIFICATION HAS CHANGED/, 'transport.host-key-changed', { say: 'finding out why the named host shows another key' }],
  [
    /Host key verification failed/,
    'transport.host-key-unknown',
    { say: 'connecting to each host on the way once by hand, and comparing its fingerprint' },
  ],
  [
    /Permission denied \(|Too many authentication failures/,
    'transport.authentication',
    { say: 'checking the key, the certificate and the user for the host that refused them' },
  ],
];

function otherFailure(node: string, target: SshTarget, stderr: string): RingmasterError {
  const { name, host, port, systemSsh } = target;
  const [, code, hint] = patterns.find(([pattern]) => pattern.test(stderr)) ?? [undefined, 'transport.unreachable' as const, { run: target.byHand }];
  const lines = stderr.split(/\r?\n/).flatMap((line) => (/^\s*(debug\d:.*|OpenSSH_.*|@.*)?$/.test(line) ? [] : [line.trim()]));
  const quoted = lines.slice(-quoteLimits.linesMax).join('; ').slice(0, quoteLimits.charsMax) || 'it printed no message';
  return new RingmasterError(code, {
    cannot: `connect to node ${node}`,
    because: `ssh to ${name}${systemSsh === undefined ? '' : ` (${systemSsh})`} failed: ${quoted}`,
    hint,
    fields: { node, address: `${host}:${port}` },
  });
}
