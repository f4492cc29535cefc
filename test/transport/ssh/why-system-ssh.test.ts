import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { connectLimiter } from '../../../src/transport/ssh/connect-limiter.ts';
import { isSecurityKey, type SshFacts, whySystemSsh } from '../../../src/transport/ssh/why-system-ssh.ts';
import { until } from '../../support/eventually.ts';

const folder = mkdtempSync(join(tmpdir(), 'why-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const why = (settings: Readonly<Record<string, string>>, more: Partial<SshFacts> = {}): Promise<string | undefined> =>
  whySystemSsh({
    all: (name) => (settings[name] === undefined ? [] : [settings[name]]),
    changed: Object.keys(settings),
    identityFiles: [],
    named: true,
    certified: false,
    keyTypes: [],
    ...more,
  });

function newKey(name: string): string {
  const path = join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
  return path;
}
const certify = (key: string): unknown => execFileSync('ssh-keygen', ['-q', '-s', newKey('authority'), '-I', 'me', '-n', 'me', `${key}.pub`]);

/** The text of an identity file as `ssh-keygen -t ed25519-sk` writes it. Making a real file requires the security key. */
const securityKey = `-----BEGIN OPENSSH PRIVATE KEY-----\n${Buffer.from('openssh-key-v1\0…sk-ssh-ed25519@openssh.com…')
  .toString('base64')
  .replaceAll(/(.{20})/g, '$1\n')}\n-----END OPENSSH PRIVATE KEY-----\n`;

test.each([
  ['proxyjump', 'a,b@c:33'],
  ['certificatefile', '/x-cert.pub'],
  ['pkcs11provider', '/x.so'],
  ['revokedhostkeys', '/revoked'],
])('%s needs the system’s ssh', async (name, value) => {
  expect(await why({ [name]: value })).toBe(`${name} ${value}`);
  expect(await why({ [name]: 'none' })).toBeUndefined();
});

test.each(['proxycommand', 'knownhostscommand'])('%s needs the system’s ssh, and only the first word of its command is shown', async (name) => {
  expect(await why({ [name]: '/opt/tunnel --token s3cret %h' })).toBe(`${name} /opt/tunnel`);
});

test('a plain host with a plain key needs only ssh2', async () => {
  expect(await why({ hostname: 'x', identityagent: 'SSH_AUTH_SOCK' }, { identityFiles: [newKey('plain'), join(folder, 'nowhere')] })).toBeUndefined();
});

test('a host with a known certificate authority needs the system’s ssh', async () => {
  expect(await why({}, { certified: true })).toBe('host certificate');
});

test('a key with a certificate beside it needs the system’s ssh', async () => {
  const key = newKey('certified');
  certify(key);
  expect(await why({}, { identityFiles: [key] })).toBe(`certificate ${key}-cert.pub`);
});

test('a key in a security key needs the system’s ssh, even when only its public half is named', async () => {
  const path = join(folder, 'id_sk');
  writeFileSync(path, securityKey);
  expect(await why({}, { identityFiles: [path] })).toBe(`security key ${path}`);
  expect(isSecurityKey('sk-ssh-ed25519@openssh.com AAAA me@here')).toBe(true);
});

test('an agent other than SSH_AUTH_SOCK needs the system’s ssh, unless the cluster file names a key', async () => {
  expect(await why({ identityagent: '/agent' }, { named: false })).toBe('identityagent /agent');
  expect(await why({ identityagent: '/agent' })).toBeUndefined();
});

test('an agent that holds a certificate needs the system’s ssh', async () => {
  const [socket, key] = [join(folder, 'agent'), newKey('in-agent')];
  rmSync(join(folder, 'authority'), { force: true });
  certify(key);
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  try {
    await until(() => existsSync(socket), Boolean);
    vi.stubEnv('SSH_AUTH_SOCK', socket);
    expect(await why({}, { named: false })).toBeUndefined();
    execFileSync('ssh-add', ['-q', key], { stdio: 'ignore' });
    expect(await why({}, { named: false })).toBe('ssh-ed25519-cert-v01@openssh.com in the agent');
    expect(await why({})).toBeUndefined();
  } finally {
    vi.unstubAllEnvs();
    agent.kill();
  }
});

test('hosts behind one jump host share a connect limiter, and other hosts have their own', () => {
  const behind = (host: string, via?: string) => connectLimiter({ host, port: 22, via });
  expect(behind('a', 'bastion')).toBe(behind('b', 'bastion'));
  expect(behind('a')).not.toBe(behind('b'));
  expect(behind('a', 'bastion')).not.toBe(behind('a'));
});
