import { RingmasterError, type FailureCode } from '../../../domain/failure/failure.ts';
import { hostKeyChanged, hostKeyUnknown } from '../host-key.ts';
import type { SshTarget } from '../ssh-config.ts';

/** What `ssh -v` said, as the failure that ssh2's way would have for it. */
export const masterFailure = (node: string, target: SshTarget, stderr: string): RingmasterError =>
  hostKeyFailure(node, target, stderr) ?? otherFailure(node, target, stderr);

/** About the target's key. A jump host's has another name and is `otherFailure`: its fingerprint and files are its own. */
function hostKeyFailure(node: string, target: SshTarget, stderr: string): RingmasterError | undefined {
  const about = (words: RegExp): boolean => words.exec(stderr)?.[1]?.toLowerCase() === target.keyName.toLowerCase();
  // A jump host's key was shown before.
  const print = [...stderr.matchAll(/Server host key: \S+ (SHA256:\S+)/g)].at(-1)?.[1] ?? 'no fingerprint';
  if (about(/host key for (\S+) is marked as revoked/)) return hostKeyChanged(node, target, `the key ${print}`, 'revoked');
  // Also where only keys of other kinds are known.
  if (about(/Host key for (\S+) has changed and you have requested/)) return hostKeyChanged(node, target, `the key ${print}`, 'not the one known');
  return about(/No \S+ host key is known for (\S+) and you have requested/) ? hostKeyUnknown(node, target, print) : undefined;
}

/** Of the target or of a jump host: the words say which. The first that fits decides. */
const signs: readonly (readonly [RegExp, FailureCode, string])[] = [
  [/is marked as revoked|HOST IDENTIFICATION HAS CHANGED/, 'transport.host-key-changed', 'finding out first why the host it names shows another key'],
  [/Host key verification failed/, 'transport.host-key-unknown', 'connecting once by hand to each host on the way, and comparing its fingerprint'],
  [
    /Permission denied \(|Too many authentication failures/,
    'transport.authentication',
    'the key, certificate and user that the host it names is to accept',
  ],
];

function otherFailure(node: string, target: SshTarget, stderr: string): RingmasterError {
  const { name, host, port, systemSsh } = target;
  const [, code, hint] = signs.find(([sign]) => sign.test(stderr)) ?? [undefined, 'transport.unreachable' as const, `\`ssh ${name} true\``];
  const words = stderr.split('\n').flatMap((line) => (/^\s*(debug\d:.*|OpenSSH_.*|@.*)?$/.test(line) ? [] : [line.trim()]));
  const said = words.slice(-4).join('; ').slice(0, 600) || 'it said nothing';
  return new RingmasterError(code, {
    cannot: `connect to node ${node}`,
    because: `ssh to ${name} (${systemSsh}) failed: ${said}`,
    hint,
    fields: { node, address: `${host}:${port}` },
  });
}
