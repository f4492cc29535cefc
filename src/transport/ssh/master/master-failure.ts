import { RingmasterError, type FailureCode } from '../../../domain/failure.ts';
import { hostKeyChanged, hostKeyUnknown } from '../host-key.ts';
import { knownKeys } from '../known-hosts.ts';
import type { SshTarget } from '../ssh-config.ts';

/** What `ssh -v` said, as the failure that ssh2's way would have for it. */
export async function masterFailure(node: string, target: SshTarget, stderr: string): Promise<RingmasterError> {
  return (await hostKeyFailure(node, target, stderr)) ?? otherFailure(node, target, stderr);
}

/** About the target's key. A jump host's has another name and is `otherFailure`: its fingerprint and files are its own. */
async function hostKeyFailure(node: string, target: SshTarget, stderr: string): Promise<RingmasterError | undefined> {
  const { keyName, knownHostsFiles } = target;
  const about = (name: string | undefined): boolean => name?.toLowerCase() === keyName.toLowerCase();
  // A jump host's key was shown before.
  const print = [...stderr.matchAll(/Server host key: \S+ (SHA256:\S+)/g)].at(-1)?.[1] ?? 'no fingerprint';
  if (about(/host key for (\S+) is marked as revoked/.exec(stderr)?.[1])) return hostKeyChanged(node, target, `the key ${print}`, 'revoked');
  if (about(/Host key for (\S+) has changed and you have requested/.exec(stderr)?.[1]))
    return hostKeyChanged(node, target, `the key ${print}`, 'not the one known');
  const [, kind = '', name] = /No (\S+) host key is known for (\S+) and you have requested/.exec(stderr) ?? [];
  if (!about(name)) return undefined;
  // ssh says the same of a host of which only keys of other kinds are known; that is a change.
  const known = await knownKeys(keyName, knownHostsFiles);
  return known.some((one) => !one.revoked)
    ? hostKeyChanged(node, target, `a key of another kind (${kind})`, 'not the one known')
    : hostKeyUnknown(node, target, print);
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
  const { name, host, port, via } = target;
  const [, code, hint] = signs.find(([sign]) => sign.test(stderr)) ?? [undefined, 'transport.unreachable' as const, `\`ssh ${name} true\``];
  const words = stderr.split('\n').flatMap((line) => (/^\s*(debug\d:.*|OpenSSH_.*|@.*)?$/.test(line) ? [] : [line.trim()]));
  const said = words.slice(-4).join('; ').slice(0, 600) || 'it said nothing';
  return new RingmasterError(code, {
    cannot: `connect to node ${node}`,
    because: `ssh to ${name}${via === undefined ? '' : ` through ${via}`} failed: ${said}`,
    hint,
    fields: { node, address: `${host}:${port}` },
  });
}
