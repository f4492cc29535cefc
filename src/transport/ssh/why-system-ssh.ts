import { access, readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import { sshLimits } from '../limits.ts';
import { readKeyFile } from './key-file.ts';
import { runSsh } from './run-ssh.ts';
import { treatmentOf } from './setting/setting-table.ts';
import type { SshSettings } from './setting/ssh-settings.ts';

/** Settings that every host has, and whose changed value is shown in a few words: the value itself is long. */
const long = new Set(['hostkeyalgorithms', 'kexalgorithms', 'ciphers', 'macs', 'pubkeyacceptedalgorithms', 'preferredauthentications']);

export interface SshFacts extends Pick<SshSettings, 'all' | 'changed'> {
  readonly identityFiles: readonly string[];
  /** An identity file with a token that only ssh knows. */
  readonly unexpanded?: string;
  /** True when the cluster file names the identity file. Otherwise the agent and the usual places of `ssh` are tried. */
  readonly named: boolean;
  /** True when known_hosts names a certificate authority for the host. */
  readonly certified: boolean;
  /** The types of the keys that known_hosts has for the host. */
  readonly keyTypes: readonly string[];
}

/** Returns in a few words why npm ssh2 cannot reach a host, or undefined when npm ssh2 can reach it. */
export async function whySystemSsh(facts: SshFacts): Promise<string | undefined> {
  const { all, changed, identityFiles, unexpanded, named, certified, keyTypes } = facts;
  for (const name of changed) {
    const treatment = treatmentOf(name);
    const value = all(name)[0] ?? 'none';
    if (treatment.does !== 'system-ssh' || value === 'none' || value === '' || treatment.unless?.(value) === true) continue;
    // Only the first word of a command is shown: the rest may contain a secret, and operators see this text in many places.
    if (long.has(name)) return name;
    return `${name} ${name.endsWith('command') ? value.split(' ')[0] : value}`;
  }
  if (certified) return 'host certificate';
  if (keyTypes.length > 0 && !keyTypes.some(isKnownType)) return `host key of type ${keyTypes[0]}`;
  if (unexpanded !== undefined) return `identityfile ${unexpanded}`;
  const agent = all('identityagent')[0] ?? 'SSH_AUTH_SOCK';
  if (!named && agent !== 'SSH_AUTH_SOCK' && agent !== 'none') return `identityagent ${agent}`;
  for (const file of identityFiles) {
    if (await isThere(`${file}-cert.pub`)) return `certificate ${file}-cert.pub`;
    if (isSecurityKey(await readFile(file, 'utf8').catch(() => ''))) return `security key ${file}`;
    if (await isOnlyForSsh(file)) return `format of the key ${file}`;
  }
  if (process.env['SSH_AUTH_SOCK'] === undefined || agent === 'none') return undefined;
  const isLimited = named || all('identitiesonly')[0] === 'yes';
  const locked = isLimited ? await lockedKeys(identityFiles) : [];
  if (isLimited && locked.length === 0) return undefined;
  // When the agent does not reply, the system's ssh would get no reply either. So a silent agent is no reason to use the system's ssh. The login
  // reports the cause.
  const { stdout } = await runSsh('ssh-add', ['-L'], sshLimits.agentMsMax).catch(() => ({ stdout: '' }));
  if (isLimited) {
    const held = locked.find(({ body }) => stdout.includes(body));
    return held === undefined ? undefined : `${held.file} in the agent`;
  }
  const special = stdout.split('\n').find((line) => /^sk-|^\S+-cert-v\d+@openssh\.com /.test(line));
  return special === undefined ? undefined : `${special.split(' ')[0]} in the agent`;
}

/** The types of host keys that npm ssh2 can check. */
export const isKnownType = (type: string): boolean => /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521))$/.test(type);

/** Returns the identity files that cannot be read without the agent (a passphrase, only a public half), with the public half of each. */
async function lockedKeys(files: readonly string[]): Promise<readonly { readonly file: string; readonly body: string }[]> {
  const found = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(file).catch(() => Buffer.alloc(0));
      if (text.length > 0 && !(ssh2.utils.parseKey(text) instanceof Error) && !text.toString('latin1').startsWith('ssh-')) return [];
      const half = await readFile(`${file}.pub`, 'utf8').catch(() => text.toString('latin1'));
      const body = half.split(' ')[1];
      return body === undefined || body === '' ? [] : [{ file, body }];
    }),
  );
  return found.flat();
}

/** Returns whether ssh takes a key that npm ssh2 cannot read, such as one in PKCS#8. A key that npm ssh2 reads needs no look by ssh. */
async function isOnlyForSsh(file: string): Promise<boolean> {
  const bytes = await readFile(file).catch(() => undefined);
  return bytes !== undefined && ssh2.utils.parseKey(bytes) instanceof Error && (await readKeyFile(file)).type === 'only-ssh';
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * Returns whether an identity file belongs to a security key. The public half of the file names the key type and is never encrypted, even when the
 * private half has a passphrase.
 */
export function isSecurityKey(file: string): boolean {
  if (file.startsWith('sk-')) return true;
  const [, body = ''] = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END/.exec(file) ?? [];
  const bytes = Buffer.from(body, 'base64');
  return bytes.includes('sk-ssh-ed25519@openssh.com') || bytes.includes('sk-ecdsa-sha2-nistp256@openssh.com');
}
