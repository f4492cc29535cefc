/** An option of the user's files that cannot be honoured: the sentence names the option, the file and the line, and each fix works when followed to the letter. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { aroundConfiguredHost } from '../../support/around-configured-host.ts';
import { ownTemporaryFolder, PracticeHost } from '../../support/practice-node.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { hostBlock } from '../../support/ssh-config.ts';
import { blockOf } from './far-hosts.ts';

vi.setConfig({ testTimeout: 60_000 });
vi.stubEnv('SSH_AUTH_SOCK', undefined);
const folder = ownTemporaryFolder();
const at = aroundConfiguredHost(folder, () => PracticeHost.start('q', folder));

async function use(name: string): Promise<void> {
  const machine = at.host.open({ type: 'ssh', host: name });
  try {
    await machine.probe();
  } finally {
    await machine.close();
  }
}
async function failureOf(name: string): Promise<RingmasterError> {
  const failure = await rejectionOf(use(name));
  if (!(failure instanceof RingmasterError)) throw new Error('the node is used');
  return failure;
}
const byHand = ({ hint }: RingmasterError): number | null => spawnSync('sh', ['-c', hint?.run ?? 'exit 99'], { timeout: 30_000 }).status;
const say = ({ hint }: RingmasterError): string => hint?.say ?? '';

/** Gives `here` an option in the second line of the file. */
const configure = (line: string, more = ''): void =>
  writeFileSync(at.configFile, blockOf(at.host, 'here').replace('\n', () => `\n  ${line}\n`) + more);
const linesOf = (): string[] => readFileSync(at.configFile, 'utf8').split('\n');
/** Puts another line in the place that a hint names. */
function rewrite(hint: string, change: (line: string) => string): void {
  const [, file = '', number = '0'] = /in (\S+) line (\d+)|from (\S+) line (\d+)/.exec(hint)?.filter((part) => part !== undefined) ?? [];
  expect(file, hint).toBe(at.configFile);
  const lines = linesOf();
  writeFileSync(file, lines.with(Number(number) - 1, change(lines[Number(number) - 1] ?? '')).join('\n'));
}

interface Row {
  readonly line: string;
  readonly code?: string;
  readonly says: RegExp;
  readonly say: RegExp;
  /** What stands in the line instead, as the words of the fix have it. */
  readonly instead: string;
  /** Lines behind the block of the host. */
  readonly more?: string;
}
const list = /^a value of \w+ in \S+ line 2 with one of the algorithms that the host has, until this command works$/;
const other = /^another value of \w+ in \S+ line 2, or none, until this command works$/;
const rows: Readonly<Record<string, Row>> = {
  Ciphers: { line: 'Ciphers aes128-cbc', says: /has no algorithm that the host has \(.*aes128-ctr/, say: list, instead: 'Ciphers aes128-ctr' },
  KexAlgorithms: {
    line: 'KexAlgorithms diffie-hellman-group1-sha1',
    says: /has no algorithm that the host has \(.*curve25519-sha256/,
    say: list,
    instead: 'KexAlgorithms curve25519-sha256',
  },
  MACs: {
    line: 'MACs hmac-md5\n  Ciphers aes128-ctr',
    says: /has no algorithm that the host has \(.*hmac-sha2-256/,
    say: list,
    instead: 'MACs hmac-sha2-256',
  },
  HostKeyAlgorithms: {
    line: 'HostKeyAlgorithms ssh-rsa',
    says: /has no algorithm that the host has \(ssh-ed25519\)/,
    say: list,
    instead: 'HostKeyAlgorithms ssh-ed25519',
  },
  BindAddress: {
    line: 'BindAddress 203.0.113.9',
    says: /cannot honour .*: 203\.0\.113\.9: Cannot assign/,
    say: other,
    instead: 'BindAddress 127.0.0.1',
  },
  'BindAddress without an address': {
    line: 'BindAddress nowhere.invalid',
    says: /cannot honour .*: nowhere\.invalid: /,
    say: other,
    instead: '',
  },
  BindInterface: { line: 'BindInterface nope0', says: /cannot honour .*: nope0: /, say: other, instead: '' },
  RevokedHostKeys: {
    line: 'RevokedHostKeys /nonexistent/revoked',
    says: /cannot honour .*: \/nonexistent\/revoked: No such file/,
    say: other,
    instead: '',
  },
  AddressFamily: {
    line: 'AddressFamily inet6',
    says: /AddressFamily inet6 .* leaves no address of 127\.0\.0\.1/,
    say: /^`AddressFamily any` in \S+ line 2, until this command works$/,
    instead: 'AddressFamily any',
  },
  IdentityFile: {
    line: 'IdentityFile ${RINGMASTER_NO_SUCH}/key',
    says: /has the variable RINGMASTER_NO_SUCH, which is not set/,
    say: /^a value of IdentityFile in \S+ line 2 without the variable, or starting Ringmaster with the variable, until this command works$/,
    instead: '',
  },
  UserKnownHostsFile: {
    line: 'UserKnownHostsFile ${RINGMASTER_NO_SUCH}/known',
    says: /has the variable RINGMASTER_NO_SUCH, which is not set/,
    say: /^a value of UserKnownHostsFile in \S+ line 2 without the variable/,
    instead: '',
  },
  ProxyCommand: {
    line: 'ProxyCommand rm-missing-program %h %p',
    says: /ProxyCommand \(.*\) finds no program rm-missing-program$/,
    say: /^installing rm-missing-program where ProxyCommand runs it, or another ProxyCommand in \S+ line 2, until this command works$/,
    instead: '',
  },
  'ProxyCommand with a path': {
    line: 'ProxyCommand /nonexistent/program %h %p',
    says: /finds no program \/nonexistent\/program$/,
    say: /^installing \/nonexistent\/program where/,
    instead: '',
  },
  PubkeyAuthentication: {
    line: 'PubkeyAuthentication no',
    says: /with PubkeyAuthentication \(.*\) ssh offers no key, and the host refused the login/,
    say: /^removing PubkeyAuthentication from \S+ line 2, until this command works$/,
    instead: '',
  },
  PreferredAuthentications: {
    line: 'PreferredAuthentications password',
    says: /with PreferredAuthentications \(.*\) ssh offers no key/,
    say: /^removing PreferredAuthentications from \S+ line 2/,
    instead: '',
  },
  HostName: {
    line: 'HostName here.invalid',
    code: 'transport.unknown-host',
    says: /cannot resolve here\.invalid, which HostName for here gives/,
    say: /^another HostName in \S+ line 2, until this command works$/,
    instead: 'HostName 127.0.0.1',
  },
  'HostName with a token': {
    line: 'HostName %h.invalid',
    code: 'transport.unknown-host',
    says: /cannot resolve here\.invalid, which HostName for here gives/,
    say: /^another HostName in \S+ line 2, until this command works$/,
    instead: 'HostName 127.0.0.1',
  },
  ProxyJump: {
    line: 'ProxyJump bastoin',
    code: 'transport.unknown-host',
    says: /cannot resolve bastoin, which ProxyJump for here gives/,
    say: /^ProxyJump bastion in \S+ line 2, until this command works$/,
    instead: 'ProxyJump bastion',
    more: 'bastion',
  },
};

test.each(Object.entries(rows))(
  '%s: the sentence names the line, and the fix works',
  async (name, { line, code, says, say: words, instead, more }) => {
    configure(line, more === undefined ? '' : blockOf(at.host, more));
    const failure = await failureOf('here');
    expect(failure.message).toMatch(says);
    expect(failure.code).toBe(code ?? 'transport.ssh-option');
    expect(failure.message).toContain(`(${at.configFile} line 2)`);
    if (code === undefined) expect(failure.fields).toMatchObject({ option: name.split(' ')[0], file: `${at.configFile} line 2` });
    expect(say(failure)).toMatch(words);
    expect(byHand(failure)).not.toBe(0);
    rewrite(say(failure), () => instead);
    expect(byHand(failure)).toBe(0);
    await use('here');
  },
);

test('the HostName of a jump host that has no address is named with its line', async () => {
  configure('ProxyJump bastion', hostBlock('bastion', { HostName: 'bastion.invalid' }));
  const failure = await failureOf('here');
  expect(failure.code).toBe('transport.unknown-host');
  const line = linesOf().indexOf('  HostName bastion.invalid') + 1;
  expect(failure.message).toContain(`cannot resolve bastion.invalid, which HostName for here gives (${at.configFile} line ${line})`);
  writeFileSync(at.configFile, readFileSync(at.configFile, 'utf8').replace(/Host bastion\n[^]*/, blockOf(at.host, 'bastion')));
  expect(byHand(failure)).toBe(0);
  await use('here');
});

test('a variable of the environment works as well', async () => {
  configure('IdentityFile ${RINGMASTER_KEY}');
  writeFileSync(at.configFile, readFileSync(at.configFile, 'utf8').replace(/ {2}IdentityFile \/.*\n/, ''));
  const failure = await failureOf('here');
  expect(say(failure)).toContain('or starting Ringmaster with the variable');
  vi.stubEnv('RINGMASTER_KEY', at.host.node.identityFile);
  expect(byHand(failure)).toBe(0);
  await use('here');
});

test('the program of a ProxyCommand can be installed', async () => {
  const bin = mkdtempSync(join(folder, 'bin-'));
  vi.stubEnv('PATH', `${process.env['PATH']}:${bin}`);
  configure('ProxyCommand rm-carry %h %p');
  const failure = await failureOf('here');
  const [, program = ''] = /^installing (\S+) where ProxyCommand runs it/.exec(say(failure)) ?? [];
  writeFileSync(join(bin, program), '#!/bin/bash\nexec 3<>/dev/tcp/$1/$2\ncat <&3 &\ncat >&3\nwait\n', { mode: 0o755 });
  expect(byHand(failure)).toBe(0);
  await use('here');
});

test('a host whose algorithms ssh does not use by itself: the line of the fix works', async () => {
  const { configFile: sshd } = at.host.node;
  const before = readFileSync(sshd, 'utf8');
  const restart = async (text: string): Promise<void> => {
    writeFileSync(sshd, text);
    await at.host.killSshd();
    await at.host.startSshd();
  };
  await restart(`${before}Ciphers aes256-cbc\n`);
  writeFileSync(at.configFile, blockOf(at.host, 'here'));
  const failure = await failureOf('here');
  expect(failure.code).toBe('transport.ssh-option');
  expect(failure.message).toContain('ssh uses none of the Ciphers that the host has (aes256-cbc)');
  const [, line = '', block = ''] =
    /^`(.*) \+NAME` under `(.*)` at the beginning of ~\/\.ssh\/config, with the name of one of them/.exec(say(failure)) ?? [];
  writeFileSync(at.configFile, `${block}\n  ${line} +aes256-cbc\n${readFileSync(at.configFile, 'utf8')}`);
  expect(byHand(failure)).toBe(0);
  await use('here');
  await restart(before);
});

test('a name in none of the CanonicalDomains: transport.unknown-host, and another name works', async () => {
  const domains = 'CanonicalizeHostname yes\nCanonicalizeFallbackLocal no\nCanonicalDomains nowhere.invalid\n';
  const block = blockOf(at.host, '127.0.0.1').replace(/ {2}HostName .*\n/, '');
  writeFileSync(at.configFile, domains + block);
  const failure = await failureOf('nuc');
  expect(failure.code).toBe('transport.unknown-host');
  expect(failure.message).toContain(`cannot resolve nuc in any of the CanonicalDomains (${at.configFile} line 3)`);
  expect(say(failure)).toBe('a name that ssh can reach, as `ssh.host` of the node in the cluster file');
  expect(byHand(failure)).not.toBe(0);
  expect(spawnSync('sh', ['-c', (failure.hint?.run ?? '').replace('nuc', '127.0.0.1')]).status).toBe(0);
  await use('127.0.0.1');
});
