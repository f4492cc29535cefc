import { RingmasterError } from '../../../domain/failure/error.ts';
import type { FailureCode } from '../../../domain/failure/table.ts';
import { quoteLimits } from '../../limits.ts';
import { quote } from '../../../base/quote.ts';
import { fingerprint, hostKeyChanged, hostKeyUnknown } from '../host-key.ts';
import { type KnownKey, trustedKeys } from '../known-hosts.ts';
import { isUnusable, readKeyFile } from '../key-file.ts';
import { longerLogin } from '../login-within.ts';
import { secondFactorHint } from '../second-factor.ts';
import { hostUnknown, noNameServer } from '../setting/host-unknown.ts';
import { optionRefused } from '../setting/option-refused.ts';
import type { SshTarget } from '../ssh-config.ts';
import { hostKeyLines, idleSshLine, offendingKeyLine, type SshError } from '../../../domain/failure/program-words.ts';
import { firstSshErrorIn, sshErrorIn } from '../ssh-words.ts';
import type { Hint } from '../../../domain/failure/hint.ts';
import { isTemporary } from '../../../domain/failure/system-error.ts';

type Verdict = readonly [FailureCode, Hint];

/**
 * Returns the failure for the error output of `ssh -v`. Its code is the same as for a connection by npm ssh2 that fails for the same reason. `isLate` says
 * that the login took as long as its limit: ssh then has several words for the end.
 */
export const masterFailure = async (node: string, target: SshTarget, stderr: string, isLate: boolean): Promise<RingmasterError> =>
  (await hostKeyFailure(node, target, stderr)) ??
  (await optionRefused(node, target, stderr)) ??
  (await unknownHost(node, target, stderr)) ??
  (await keyFailure(node, target, stderr)) ??
  otherFailure(node, target, stderr, isLate);

/** Returns the failure when a name has no address: that of the target or of a host on the way to it. ssh prints the name that it looked up. */
async function unknownHost(node: string, target: SshTarget, stderr: string): Promise<RingmasterError | undefined> {
  const { host, why = '' } = sshErrorIn(stderr, 'unknown-host') ?? {};
  const isOther = host !== undefined && host.toLowerCase() !== target.host.toLowerCase();
  if (host === undefined || (isOther && target.via === undefined)) return undefined;
  return hostUnknown(node, target, isTemporary(why) ? noNameServer : undefined, isOther ? host : target.host);
}

/**
 * Returns the failure when ssh refused the host key of the target itself. A jump host has another name, fingerprint and known_hosts file, so a
 * refused key of a jump host is left to `otherFailure`. ssh names the file with another key, and not the file that revokes a key.
 */
async function hostKeyFailure(node: string, target: SshTarget, stderr: string): Promise<RingmasterError | undefined> {
  const isAbout = (error: SshError): boolean => sshErrorIn(stderr, error)?.host?.toLowerCase() === target.keyName.toLowerCase();
  // ssh prints a "Server host key" line for each hop. The last line is the target's.
  const print = [...stderr.matchAll(hostKeyLines)].at(-1)?.[1] ?? 'no fingerprint';
  const changed = (why: 'revoked' | 'not the one known', file: string | undefined) => hostKeyChanged(node, target, `the key ${print}`, why, file);
  if (isAbout('host-key-revoked')) return changed('revoked', (await trustedKeys(target)).find((key) => key.revoked && printOf(key) === print)?.file);
  if (isAbout('host-key-changed')) return changed('not the one known', offendingKeyLine.exec(stderr)?.groups?.['file']);
  // ssh names no host when it reads no file of known hosts.
  const isUnnamed = target.via === undefined && target.knownHostsFiles.length === 0 && sshErrorIn(stderr, 'host-key-unknown') !== undefined;
  return isUnnamed || isAbout('host-key-unknown') ? hostKeyUnknown(node, target, print) : undefined;
}

const printOf = ({ key }: KnownKey): string => fingerprint(Buffer.from(key, 'base64'));

/** Returns the failure when the target itself refused the login, and ssh did not offer a key of the user because the key has a fault. */
async function keyFailure(node: string, target: SshTarget, stderr: string): Promise<RingmasterError | undefined> {
  if (target.via !== undefined || firstSshErrorIn(stderr, known) !== 'authentication') return undefined;
  const faulty = (await Promise.all(target.identityFiles.map(readKeyFile))).filter(isUnusable);
  const hint = faulty.find((one) => one.hint !== undefined)?.hint;
  if (hint === undefined) return undefined;
  return new RingmasterError('transport.authentication', {
    cannot: `connect to node ${node}`,
    because: `ssh to ${target.name} failed: ${quotedIn(stderr)}; not offered: ${faulty.map(({ file, fault }) => `${file} (${fault})`).join(', ')}`,
    hint,
    fields: { node, address: `${target.host}:${target.port}` },
  });
}

/** Returns the last lines of ssh that say something about the cause. */
function quotedIn(stderr: string): string {
  const lines = stderr.split(/\r?\n/).flatMap((line) => (idleSshLine.test(line) ? [] : [line.trim()]));
  return lines.slice(-quoteLimits.linesMax).join('; ').slice(0, quoteLimits.charsMax) || 'it printed no message';
}

/** Failures of the target or of a jump host. The text that ssh printed names the host, and the command makes the same connection by hand. */
const verdicts = {
  busy: () => ['transport.busy', { say: 'again in a moment' }],
  'host-key-revoked': ({ byHand }) => [
    'transport.host-key-changed',
    {
      say: 'finding out why first; if the key was revoked by mistake, removing it from what revokes it (@revoked in known_hosts, or a file of RevokedHostKeys), until this command works',
      run: byHand,
    },
  ],
  'host-key-changed': ({ byHand }, stderr) => [
    'transport.host-key-changed',
    { say: 'finding out why first; if the new key is the right one, accepting it when this command asks', run: `${forgetKey(stderr)}${byHand}` },
  ],
  'host-key-unknown': ({ byHand }) => [
    'transport.host-key-unknown',
    { say: "comparing each fingerprint about which this command asks with the machine's own, and accepting it if it is the same", run: byHand },
  ],
  authentication: (target, stderr) => [
    'transport.authentication',
    secondFactorOf(target, stderr) ?? {
      say: 'mending the key, the certificate or the user for the host that the message names, until this command works',
      run: target.byHand,
    },
  ],
} as const satisfies Partial<Record<SshError, (target: SshTarget, stderr: string) => Verdict>>;
/** Returns the advice for a host that takes no key alone. Behind a jump host, the words do not say which of the two it is. */
const secondFactorOf = (target: SshTarget, stderr: string): Hint | undefined =>
  target.via === undefined
    ? secondFactorHint(
        target,
        (sshErrorIn(stderr, 'authentication')?.['methods'] ?? '').split(',').filter((one) => one !== ''),
      )
    : undefined;
const known = Object.keys(verdicts) as readonly (keyof typeof verdicts)[];

/** Returns the command, and what follows it, that removes the key of a host from known_hosts. ssh prints the name of the host and the file. */
function forgetKey(stderr: string): string {
  const { host } = sshErrorIn(stderr, 'host-key-changed') ?? {};
  const file = offendingKeyLine.exec(stderr)?.groups?.['file'];
  return host === undefined || file === undefined ? '' : `ssh-keygen -R ${quote(host)} -f ${quote(file)} && `;
}

function otherFailure(node: string, target: SshTarget, stderr: string, isLate: boolean): RingmasterError {
  const { name, host, port, systemSsh } = target;
  const error = firstSshErrorIn(stderr, known);
  const otherwise: Verdict = ['transport.unreachable', isLate ? longerLogin(target) : { run: target.byHand }];
  const [code, hint] = error === undefined ? otherwise : verdicts[error](target, stderr);
  const full = error === 'busy' ? sshErrorIn(stderr, error)?.what : undefined;
  const quoted = full ?? quotedIn(stderr);
  return new RingmasterError(code, {
    cannot: `connect to node ${node}`,
    because: `ssh to ${name}${systemSsh === undefined ? '' : ` (${systemSsh})`} failed: ${quoted}`,
    hint,
    fields: { node, address: `${host}:${port}` },
  });
}
