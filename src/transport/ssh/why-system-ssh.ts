import { execFile } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { sshLimits } from '../limits.ts';

const run = promisify(execFile);

/** Settings of `ssh -G` that npm ssh2 does not support. A host that has one of them is reached by the system's ssh. */
const settings = ['proxyjump', 'proxycommand', 'certificatefile', 'pkcs11provider', 'knownhostscommand', 'revokedhostkeys'] as const;

export interface SshFacts {
  /** Returns all values that `ssh -G` prints for a setting. */
  readonly all: (name: string) => readonly string[];
  readonly identityFiles: readonly string[];
  /** True when the cluster file names the identity file. Otherwise the agent and the usual places of `ssh` are tried. */
  readonly named: boolean;
  /** True when known_hosts names a certificate authority for the host. */
  readonly certified: boolean;
}

/** Returns in a few words why npm ssh2 cannot reach a host, or undefined when npm ssh2 can reach it. */
export async function whySystemSsh({ all, identityFiles, named, certified }: SshFacts): Promise<string | undefined> {
  for (const name of settings) {
    const value = all(name)[0] ?? 'none';
    // Only the first word of a command is shown: the rest may contain a secret, and operators see this text in many places.
    if (value !== 'none' && value !== '') return `${name} ${name.endsWith('command') ? value.split(' ')[0] : value}`;
  }
  if (certified) return 'host certificate';
  const agent = all('identityagent')[0] ?? 'SSH_AUTH_SOCK';
  if (!named && agent !== 'SSH_AUTH_SOCK' && agent !== 'none') return `identityagent ${agent}`;
  for (const file of identityFiles) {
    if (await isThere(`${file}-cert.pub`)) return `certificate ${file}-cert.pub`;
    if (isSecurityKey(await readFile(file, 'utf8').catch(() => ''))) return `security key ${file}`;
  }
  if (!named && process.env['SSH_AUTH_SOCK'] !== undefined) {
    // When the agent does not reply, the system's ssh would get no reply either. So a silent agent is no reason to use the system's ssh. The login
    // reports the cause.
    const { stdout } = await run('ssh-add', ['-L'], { timeout: sshLimits.agentMsMax }).catch(() => ({ stdout: '' }));
    const special = stdout.split('\n').find((line) => /^sk-|^\S+-cert-v\d+@openssh\.com /.test(line));
    if (special !== undefined) return `${special.split(' ')[0]} in the agent`;
  }
  return undefined;
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
