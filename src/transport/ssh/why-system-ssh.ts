import { execFile } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Settings of `ssh -G` that npm ssh2 has no answer to; a host that has one is left to the system's ssh. */
const settings = ['proxyjump', 'proxycommand', 'certificatefile', 'pkcs11provider', 'knownhostscommand', 'revokedhostkeys'] as const;

export interface SshFacts {
  /** All values of a setting of `ssh -G`. */
  readonly all: (name: string) => readonly string[];
  readonly identityFiles: readonly string[];
  /** The cluster file names one identity; else agents and `ssh`'s usual places are asked. */
  readonly named: boolean;
  /** A certificate authority vouches for the host in known_hosts. */
  readonly certified: boolean;
}

/** What makes npm ssh2 unfit for a host, in a few words; undefined: nothing does. */
export async function whySystemSsh({ all, identityFiles, named, certified }: SshFacts): Promise<string | undefined> {
  for (const name of settings) {
    const value = all(name)[0] ?? 'none';
    // A command may hold a secret, and this is shown to everybody: its first word says enough.
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
    // An agent that does not answer has nothing for ssh2 either; logging in will say so.
    const { stdout } = await run('ssh-add', ['-L'], { timeout: 2_000 }).catch(() => ({ stdout: '' }));
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

/** The file's public half says so in the clear, also where the private half has a passphrase. */
export function isSecurityKey(file: string): boolean {
  if (file.startsWith('sk-')) return true;
  const [, body = ''] = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END/.exec(file) ?? [];
  const bytes = Buffer.from(body, 'base64');
  return bytes.includes('sk-ssh-ed25519@openssh.com') || bytes.includes('sk-ecdsa-sha2-nistp256@openssh.com');
}
